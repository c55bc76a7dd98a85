// Wires canvas, upload and answer panel to the server. Gradio calls this with `element` and `server`;
// the files beside it stand before it in the same scope.
const part = (name) => element.querySelector(`[data-part=${name}]`);
const handle = (name) => element.querySelector(`[data-testid=${name}]`);

const WAIT_MS = 2000; // from here on people wonder
const LOST_MS = 30_000; // the server ends every question about a drawing within 20 s
let waiting = 0;

server = answered(server); // nothing here asks Gradio's own functions
const panel = new AnswerPanel(handle("answer"), (index) => choose(index));
const own = new OwnCorrections(handle("corrections"), server, {
  known: knownVisitor,
  taken: (ids) => correction.gone(ids),
  take: (kind, said) => correction.take(kind, said),
});
const correction = new CorrectionRow(handle("correct"), server, {
  model: () => chosen(),
  kept: () => own.refresh(),
  forget: (ids) => own.forget(ids),
});
const why = new WhyPanel(handle("why"), server.explain && ((picture) => server.explain(question(picture))));
const models = new WhyPanel(handle("models"), server.compare);

/** The question about a picture: itself, or with the name of another model than the first. */
const question = (picture) => (chosen() ? { picture, model: chosen() } : picture);
const chosen = () => (choice.selectedIndex > 0 ? choice.value : undefined);
const choice = handle("model");
let asked = null; // what the shown answer is about
let shown = null; // {message, picture} of that answer
let place = null; // [x, y] on the picture of a number, in its px: the digit there is looked at

const answers = new NewestAnswer({
  ask: (picture) => {
    asked = picture;
    const { uploaded } = picture;
    return uploaded ? server.recognise_upload(question(uploaded)) : inTime(server.recognise(question(picture)), LOST_MS);
  },
  show: (message, picture) => {
    if (picture.uploaded !== shown?.picture.uploaded) place = null; // another picture
    shown = { message, picture };
    panel.show(message);
    look();
  },
  work: (busy) => {
    handle("answer").setAttribute("aria-busy", String(busy));
    clearTimeout(waiting);
    if (busy) waiting = setTimeout(() => panel.wait(), WAIT_MS);
  },
  fail: () =>
    panel.show({
      digits: "",
      sentence: "The recogniser cannot be reached. Your drawing is kept; I will ask again in a moment.",
      problem: true,
    }),
});

const sketch = new SketchCanvas(handle("sketch-canvas"), () => {
  if (!sketch.blank) answers.want(() => (server.takes_pixels ? sketch.grey() : sketch.picture()));
  else forget();
}, chooseAt);

/** The place of the part that is looked at; -1 for none. */
const lookedAt = () => partAt(shown?.message.parts ?? [], place);

/** Choose a digit of the number that is shown; choosing it again lets go of it. */
function choose(index) {
  if (panel.message !== shown.message) panel.show(shown.message); // a sentence about something else stood there
  place = index === lookedAt() ? null : middleOf(shown.message.parts[index]);
  look();
}

/** A tap on the canvas: whether a digit of a number lies there, which is then chosen. */
function chooseAt(point) {
  if (!shown || shown.picture.uploaded) return false;
  const index = partAt(shown.message.parts ?? [], point);
  if (index >= 0) choose(index);
  return index >= 0;
}

/** All panels speak of what is looked at: the one digit, the chosen one of a number, or the number. */
function look() {
  const { message, picture } = shown;
  const { parts = [] } = message;
  const index = lookedAt();
  panel.choose(index);
  sketch.mark(picture.uploaded ? [] : parts.map(({ box }, at) => ({ box, chosen: at === index })));
  const one = parts[index] ? parts[index].picture : message.problem || message.number ? null : (picture.uploaded ?? picture);
  why.about(one ?? null, message.number ? "Choose a digit of the number to see why it was read so." : undefined);
  models.about(one ?? null, message.number ? "Choose a digit of the number to compare." : undefined);
  correction.about(parts[index] || message.probabilities ? one ?? null : null);
}

/** Nothing has been asked: the panel invites again. */
function forget() {
  answers.withdraw();
  asked = shown = place = null;
  sketch.mark([]);
  why.about(null);
  models.about(null);
  correction.about(null);
  panel.reset();
}

handle("sketch-clear").onclick = () => sketch.clear();
handle("sketch-undo").onclick = () => sketch.undo();
handle("sketch-redo").onclick = () => sketch.redo();
handle("sketch-width").oninput = (event) => (sketch.penWidthPx = Number(event.target.value));
handle("sketch-eraser").onclick = (event) => {
  sketch.erasing = !sketch.erasing;
  event.currentTarget.setAttribute("aria-pressed", String(sketch.erasing));
};

choice.onchange = () => asked && answers.want(() => asked);

function example(name, onclick) {
  part("examples").append(Object.assign(document.createElement("button"), { type: "button", textContent: name, onclick }));
}

for (const [name, strokes] of Object.entries(EXAMPLES)) example(name, () => sketch.load(strokes.map(curve)));
example("on paper", () => readUpload(pngUrl(onPaper())));

function refuse(sentence) {
  panel.show({ digits: "", sentence, problem: true });
  panel.reveal();
}

function readUpload(dataUrl) {
  answers.want(() => ({ uploaded: dataUrl }));
  panel.reveal();
}

const batch = new PictureBatch(handle("upload-batch"), (dataUrl) => server.recognise_upload(question(dataUrl)));

listenForFiles(handle("upload"), (files) => {
  if (files.length > 1) {
    if (sketch.blank) forget(); // what was said of an earlier picture
    return batch.read(files);
  }
  return readFile(files[0]).then(readUpload, (error) => refuse(error.message));
});
new Camera(handle("camera"), readUpload, refuse);
