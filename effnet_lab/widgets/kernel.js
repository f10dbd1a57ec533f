// The line from a widget to its kernel. A kernel may be slow, or gone: restarted, or never started
// since the page was opened. `say` shows that to the learner; "" takes it away.

const SLOW = 2500; // milliseconds after which we say what we are waiting for
const WAITING =
  "Waiting for the kernel: it answers when the cells that run are done. If it was restarted, run this cell again.";
const GONE = "The kernel that made this is gone: run this cell again.";

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
