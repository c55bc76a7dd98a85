() => {
  // The address says whether the error analysis is on show, and an address of it opens its tab by itself.
  const PREFIX = "#analysis";
  const tabs = () => [...document.querySelectorAll("[role=tab]")];
  const named = (name) => tabs().find((tab) => tab.textContent.trim() === name);
  const chosen = (tab) => tab?.getAttribute("aria-selected") === "true";
  const analysed = () => location.hash.startsWith(PREFIX);
  let last = PREFIX; // what the analysis showed when it was left

  /** After going to an address: the tab that it names. Gradio draws a tab only once it is chosen. */
  const open = () => {
    if (analysed()) last = location.hash;
    if (analysed() && !chosen(named("Error analysis"))) named("Error analysis")?.click();
    if (!analysed() && chosen(named("Error analysis"))) tabs()[0].click();
  };

  /** After choosing a tab: the address that names it. */
  const tell = (tab) => {
    if (!tab || (tab === named("Error analysis")) === analysed()) return;
    const rest = location.pathname + location.search;
    history.pushState(null, "", analysed() ? rest : rest + last);
  };

  if (analysed()) open();
  else tell(tabs().find(chosen)); // a visitor may have chosen a tab before this ran
  window.addEventListener("hashchange", open);
  window.addEventListener("popstate", open);
  document.addEventListener("click", ({ target }) => tell(target.closest?.("[role=tab]")));
}
