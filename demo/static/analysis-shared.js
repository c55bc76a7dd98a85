() => {
  // An address of the error analysis opens its tab by itself; Gradio draws a tab only once it is chosen.
  const open = () => {
    if (!location.hash.startsWith("#analysis")) return;
    const tab = [...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent.trim() === "Error analysis");
    if (tab?.getAttribute("aria-selected") !== "true") tab?.click();
  };
  open();
  window.addEventListener("hashchange", open);
}
