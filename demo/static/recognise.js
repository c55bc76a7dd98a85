// Wires canvas, upload and answer panel to the server. Gradio calls this with `element` and `server`;
// the files beside it stand before it in the same scope.
const part = (name) => element.querySelector(`[data-part=${name}]`);
const handle = (name) => element.querySelector(`[data-testid=${name}]`);

const WAIT_MS = 2000; // from here on people wonder
let waiting = 0;

const panel = new AnswerPanel(handle("answer"));
const correction = new CorrectionRow(handle("correct"), server);
const why = new WhyPanel(handle("why"), server.explain && ((picture) => server.explain(question(picture))));
const models = new WhyPanel(handle("models"), server.compare);

/** The question about a picture: itself, or with the name of another model than the first. */
const question = (picture) => (choice.selectedIndex > 0 ? { picture, model: choice.value } : picture);
const choice = handle("model");
let asked = null; // what the shown answer is about

const answers = new NewestAnswer({
  ask: (picture) => {
    asked = picture;
    const { uploaded } = picture;
    return uploaded ? server.recognise_upload(question(uploaded)) : server.recognise(question(picture));
  },
  show: (message, picture) => {
    panel.show(message);
    const shown = message.problem || message.number ? null : (picture.uploaded ?? picture);
    why.about(shown, message.number ? "A number is read digit by digit. Draw one digit alone to see why." : undefined);
    models.about(shown, message.number ? "A number is read digit by digit. Draw one digit alone to compare." : undefined);
    correction.about(message.probabilities ? shown : null);
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
  if (!sketch.blank) answers.want(() => sketch.picture());
  else forget();
});

/** Nothing has been asked: the panel invites again. */
function forget() {
  answers.withdraw();
  asked = null;
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

for (const { name, strokes } of EXAMPLES) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
  button.onclick = () => sketch.load(strokes.map(curve));
  part("examples").append(button);
}

const refuse = (sentence) => panel.show({ digits: "", sentence, problem: true });
const readUpload = (dataUrl) => answers.want(() => ({ uploaded: dataUrl }));
const batch = new PictureBatch(handle("upload-batch"), (dataUrl) => server.recognise_upload(question(dataUrl)));

listenForFiles(handle("upload"), (files) => {
  if (files.length > 1) {
    if (sketch.blank) forget(); // what was said of an earlier picture
    return batch.read(files);
  }
  return readFile(files[0]).then(readUpload, (error) => refuse(error.message));
});
new Camera(handle("camera"), readUpload, refuse);
