() => {
  // An address of the error analysis opens its tab by itself; Gradio draws a tab only once it is chosen.
  if (!location.hash.startsWith("#analysis")) return;
  [...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent.trim() === "Error analysis")?.click();
}
