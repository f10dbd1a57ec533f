// What every widget shares: the line to its kernel, and the keys of the notebook around it.

const SLOW = 2500; // milliseconds after which we say what we are waiting for
const WAITING =
  "Waiting for the kernel: it answers when the cells that run are done. If it was restarted, run this cell again.";
const GONE = "The kernel that made this is gone: run this cell again.";

// A kernel may be slow, or gone: restarted, or shut down. `say` shows that to the learner.
function lineToKernel(model, say) {
  let timer = 0;
  const gone = () => { clearTimeout(timer); say(GONE); };
  model.on("comm_live_update", gone);
  return {
    // Returns whether the message is on its way.
    send(content) {
      clearTimeout(timer);
      try { model.send(content); } catch { gone(); return false; }
      timer = setTimeout(() => say(WAITING), SLOW);
      return true;
    },
    heard() { clearTimeout(timer); },
    close() { clearTimeout(timer); model.off("comm_live_update", gone); },
  };
}

// Keys pressed in a widget are the widget's: no shortcut of the notebook may take them. But
// Shift+Enter goes on with the next cell, as it does everywhere else.
function keepKeys(el, goesOn = () => true) {
  el.classList.add("effnet-live");
  el.dataset.lmSuppressShortcuts = "true";
  el.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && event.shiftKey && goesOn() && goOn(el)) event.preventDefault();
  });
}

// Below a lesson's widget stands its static twin, open for pages on which nothing runs.
function foldTwin(el) {
  const twin = nextCell(el)?.querySelector("details.effnet-twin");
  if (twin) twin.open = false;
}

function nextCell(el) {
  let next = el.closest(".jp-Cell")?.nextElementSibling;
  while (next && !next.matches(".jp-Cell")) next = next.nextElementSibling;
  return next;
}

// Runs the cell after the widget's: it takes the focus, and so becomes the active one, and the key.
function goOn(el) {
  const next = nextCell(el);
  if (!next) return false;
  next.focus({ preventScroll: true });
  const key = { key: "Enter", code: "Enter", keyCode: 13, shiftKey: true, bubbles: true, cancelable: true };
  return next.dispatchEvent(new KeyboardEvent("keydown", key)) || true;
}
