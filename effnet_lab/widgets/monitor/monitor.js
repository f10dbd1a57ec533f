// The training monitor in the browser: the shell of panel.js, Start and Stop, and a progress bar.

function render({ model, el }) {
  const bar = element("progress", { max: 1, "aria-label": "Progress of the training" });
  const words = element("span");
  const progress = element("div", { class: "effnet-progress" }, bar, words);

  function paint(place, view) {
    if (!progress.parentNode) place.before(progress);
    setHTML(place, view.picture);
    const { shown, share, text } = view.progress;
    // It keeps its place, so that nothing jumps when a run starts.
    progress.style.visibility = shown ? "visible" : "hidden";
    if (share === null) bar.removeAttribute("value"); else bar.value = share;
    words.textContent = text;
    queueMicrotask(reachLedger);
  }
  // A table that scrolls can be reached by keys, and shows a new run, which stands last.
  let runs = 1;
  function reachLedger() {
    const ledger = el.querySelector(".effnet-ledger"), rows = ledger.querySelectorAll("tbody tr").length;
    if (rows > runs) ledger.scrollTop = ledger.scrollHeight;
    runs = rows;
    const scrolls = ledger.scrollHeight > ledger.clientHeight || ledger.scrollWidth > ledger.clientWidth;
    for (const [name, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": "Runs so far" })) {
      if (scrolls) ledger.setAttribute(name, value); else ledger.removeAttribute(name);
    }
  }

  el.classList.add("effnet-training-monitor");
  return makePanel({ model, el, paint, actions: { start: "Start", stop: "Stop" } });
}

export default { render };
