// Shows a question's card and hands what the learner commits to the kernel. The answer is not
// here: the kernel sends it when something has been committed.

function render({ model, el }) {
  el.innerHTML = model.get("card");
  const form = el.querySelector("form");
  const fields = form.querySelector("fieldset");
  const text = form.querySelector("input[type=text]");
  const problem = el.querySelector(".effnet-problem");
  const result = el.querySelector(".effnet-result");
  const line = lineToKernel(model, (words) => { problem.textContent = words; });

  // Before a guess, Shift+Enter commits as Enter does.
  keepKeys(el, () => result.innerHTML !== "");
  el.addEventListener("keydown", (event) => {
    // A radio button is committed by Enter, as a text field is.
    if (event.key === "Enter" && event.target.type === "radio" && !event.defaultPrevented) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    problem.textContent = "";
    line.send({ commit: text ? text.value : chosen ? Number(chosen.value) : null });
  });

  function show(isNew) {
    const reply = model.get("reply");
    line.heard();
    problem.textContent = reply.problem || "";
    if (reply.html) result.innerHTML = reply.html;
    if (reply.chosen !== null && reply.chosen !== undefined) {
      if (text) text.value = reply.chosen;
      else form.querySelectorAll("input")[reply.chosen].checked = true;
    }
    if (reply.problem && isNew && text) text.focus();
    if (reply.final && !fields.disabled) {
      fields.disabled = true;
      // What had the focus is disabled now; without this the next key would go nowhere.
      if (isNew) result.focus();
    }
  }

  const onReply = () => show(true);
  model.on("change:reply", onReply);
  show(false);
  return () => {
    line.close();
    model.off("change:reply", onReply);
  };
}

export default { render };
