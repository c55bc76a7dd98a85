// The page's two tabs. What the second one needs is fetched when it is first chosen.
import { followAddress } from "./address.mjs";

const AWAY = "The error analysis could not be loaded. Please choose the tab again in a moment, or reload the page.";
let started = null; // a promise: whether the second tab works

/** Make the tabs work, and let the address choose one; a light page has none. */
export function startTabs() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const [at, tab] of tabs.entries()) {
    panelOf(tab).setAttribute("role", "tabpanel"); // which a page without tabs has none of
    panelOf(tab).setAttribute("aria-labelledby", tab.id);
    tab.onclick = () => choose(tabs, tab);
    tab.onkeydown = ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (!step) return;
      const next = tabs.at((at + step) % tabs.length);
      next.focus();
      next.click();
    };
  }
  if (tabs.length) followAddress();
}

const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

function choose(tabs, chosen) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    panelOf(tab).hidden = tab !== chosen;
  }
  if (panelOf(chosen).id === "analysis") started ??= start(panelOf(chosen));
}

async function start(panel) {
  try {
    const { startAnalysis } = await import("./analysis/analysis.mjs");
    await startAnalysis(panel);
  } catch {
    panel.querySelector("[data-part=working]").textContent = AWAY;
    started = null;
  }
}
