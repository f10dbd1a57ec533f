// Shows a question's card and hands what the learner commits to the kernel. The answer is not
// here: the kernel sends it when something has been committed.

const SLOW = 1500; // milliseconds after which we say what we are waiting for

function render({ model, el }) {
  el.innerHTML = model.get("card");
  const form = el.querySelector("form");
  const fields = form.querySelector("fieldset");
  const text = form.querySelector("input[type=text]");
  const problem = el.querySelector(".effnet-problem");
  const result = el.querySelector(".effnet-result");
  let timer = 0;

  // Keys typed here are the learner's, none of the notebook's shortcuts.
  el.dataset.lmSuppressShortcuts = "true";
  el.addEventListener("keydown", (event) => {
    event.stopPropagation();
    // A radio button is committed by Enter, as a text field is.
    if (event.key === "Enter" && event.target.type === "radio") {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    const value = text ? text.value : chosen ? Number(chosen.value) : null;
    problem.textContent = "";
    model.send({ commit: value });
    clearTimeout(timer);
    timer = setTimeout(() => {
      problem.textContent =
        "Waiting for the kernel: it answers when the cells that run are done. If it was restarted, run this cell again.";
    }, SLOW);
  });

  function show(isNew) {
    const reply = model.get("reply");
    clearTimeout(timer);
    problem.textContent = reply.problem || "";
    if (reply.html) result.innerHTML = reply.html;
    if (reply.chosen !== null && reply.chosen !== undefined) {
      if (text) text.value = reply.chosen;
      else form.querySelectorAll("input")[reply.chosen].checked = true;
    }
    if (reply.problem && isNew && text) text.focus();
    if (reply.final && !fields.disabled) {
      fields.disabled = true;
      // What had the focus is disabled now; without this the next key would go to the notebook.
      if (isNew) result.focus();
    }
  }

  const onReply = () => show(true);
  model.on("change:reply", onReply);
  show(false);
  return () => {
    clearTimeout(timer);
    model.off("change:reply", onReply);
  };
}

export default { render };
