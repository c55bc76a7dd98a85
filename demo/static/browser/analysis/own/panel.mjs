// The part of the second tab that takes pictures of one's own: chosen, dropped, or those that were corrected.
import { asPictures } from "../../corrections/npz.mjs";
import { openStore } from "../../corrections/store.mjs";
import { Bench } from "./bench.mjs";
import { dropped, paths } from "./sent.mjs";
import { ownViews } from "./own.mjs";

let sets = 0; // that were sent so far; the address of an earlier one is not taken for the newest

/**
 * Make the panel work. open(name, views) is called once a set was read and its first model has answered.
 * facts: those of demo/space/kept_analysis.py; wasm: {name, sums}; href: see addresses.mjs; keep(file): see bench.mjs.
 */
export function listen(panel, { facts, wasm, href, keep, open }) {
  const packed = (model, name = `analysis/model-${model}.bin.gz`) => ({ name, sums: facts.files[name] });
  const models = Object.fromEntries(Object.entries(facts.own.thresholds).map(([name, threshold]) => [name, { threshold, ...packed(name) }]));
  const graphs = facts.why.graphs.map((graph) => packed(graph));
  const part = (name) => panel.querySelector(`[data-part=${name}]`);
  let bench = null;

  async function take(sent) {
    bench?.stop();
    const mine = (bench = new Bench({ models, graphs, wasm, keep }));
    begin();
    try {
      const set = await mine.read(sent, facts.own.limits, tell("Reading", 0));
      const [model] = Object.keys(models);
      mine.table(model, tell("Answering", 1));
      await mine.rested();
      const { problem } = mine.table(model);
      if (bench !== mine) return;
      if (problem) throw new Error(problem);
      const name = `own-${++sets}`;
      end(`${set.labels.length.toLocaleString("en")} pictures are read and answered.`, set.problems);
      open(name, ownViews(mine, name, facts, href), set.name);
    } catch (error) {
      if (bench === mine) end(error.message, []);
    }
  }

  function begin() {
    part("own-problems").replaceChildren();
    part("own-progress").value = 0;
    part("own-working").hidden = false;
    part("own-said").textContent = "";
  }

  const tell = (what, done) => (share) => {
    part("own-progress").value = (done + share) / 2;
    part("own-count").textContent = `${what} the pictures: ${Math.round(100 * share)}%`;
  };

  function end(sentence, problems) {
    part("own-working").hidden = true;
    part("own-said").textContent = sentence;
    part("own-problems").replaceChildren(...problems.map((problem) => Object.assign(document.createElement("li"), { textContent: problem })));
  }

  for (const input of panel.querySelectorAll("input[type=file]"))
    input.onchange = () => {
      const sent = paths(input.files);
      input.value = ""; // so that the same file can be chosen again
      if (sent.length) take(sent);
    };
  part("own-folder").onclick = () => panel.querySelector("input[webkitdirectory]").click();
  part("own-corrections").onclick = async () => {
    const rows = await (await openStore()).all().catch(() => []);
    if (rows.length) take([["Your corrections", new File([asPictures(rows)], "corrections.zip")]]);
    else end("No correction is kept in this browser yet: tell in the first tab what a drawing really is.", []);
  };
  part("own-stop").onclick = () => {
    bench.stop();
    bench = null;
    end("Stopped; nothing was kept.", []);
  };
  panel.addEventListener("dragover", (event) => event.preventDefault());
  panel.addEventListener("drop", async (event) => {
    event.preventDefault();
    const sent = await dropped(event.dataTransfer);
    if (sent.length) take(sent);
  });
}
