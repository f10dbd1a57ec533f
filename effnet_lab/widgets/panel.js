// The shell that all widgets share. It knows nothing of networks: it turns controls into a state,
// asks a source for the view of that state, and puts the view on the page.

// The default source: the kernel renders. One request is under way at a time; of those made
// meanwhile only the latest is sent, so that a slider that is dragged never queues up.
function kernelSource(model, onSilence) {
  let serial = 0, pending = null, waiting = null, timer = 0;
  const listeners = new Set();
  function send(request) {
    pending = ++serial;
    model.send({ ...request, serial });
    clearTimeout(timer);
    timer = setTimeout(onSilence, 4000);
  }
  const onView = () => {
    const view = model.get("view");
    if (pending !== null && view.serial < pending) return;
    clearTimeout(timer);
    pending = null;
    if (waiting) { const next = waiting; waiting = null; send(next); }
    listeners.forEach((deliver) => deliver(view));
  };
  model.on("change:view", onView);
  return {
    request(request) { if (pending === null) send(request); else waiting = request; },
    // A press of a button is never dropped in favour of a later request.
    press(request) { model.send(request); clearTimeout(timer); timer = setTimeout(onSilence, 4000); },
    onView(deliver) { listeners.add(deliver); },
    close() { model.off("change:view", onView); clearTimeout(timer); listeners.clear(); },
  };
}

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Numbers as people write them: 0.30000000000000004 is 0.3.
const plain = (value) => (typeof value === "number" ? String(+value.toPrecision(6)) : String(value));

function nearest(values, value) {
  let best = 0;
  values.forEach((v, i) => { if (Math.abs(v - value) < Math.abs(values[best] - value)) best = i; });
  return best;
}

// Each control: its element, how to show a value in it, and how to read it.
const CONTROL_KINDS = {
  slider(control, id, changed) {
    const last = control.values.length - 1;
    const input = element("input", { type: "range", id, min: 0, max: last, step: 1, "aria-label": control.label });
    const output = element("output", { for: id });
    const label = element("label", { for: id }, control.label);
    const page = Math.max(2, Math.round(last / 8));
    const steps = {
      ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -page, PageUp: page, Home: -last, End: last,
    };
    // The notebook takes arrow keys for itself unless they are handled here.
    input.addEventListener("keydown", (event) => {
      if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      const index = Math.min(last, Math.max(0, Number(input.value) + steps[event.key]));
      if (index !== Number(input.value)) { input.value = index; changed(control.values[index]); }
    });
    input.addEventListener("input", () => changed(control.values[Number(input.value)]));
    return {
      node: element("div", { class: "effnet-control" }, element("div", { class: "effnet-label" }, label, output), input),
      show(value, text) {
        input.value = nearest(control.values, value);
        const words = text ?? (plain(value) + (control.unit ? ` ${control.unit}` : ""));
        output.textContent = words;
        input.setAttribute("aria-valuetext", words);
      },
    };
  },
  choice(control, id, changed) {
    const select = element("select", { id });
    control.options.forEach((option) => select.append(element("option", { value: option }, option)));
    select.addEventListener("change", () => changed(select.value));
    return {
      node: element("div", { class: "effnet-control" },
        element("div", { class: "effnet-label" }, element("label", { for: id }, control.label)), select),
      show(value) { select.value = value; },
    };
  },
  toggle(control, id, changed) {
    const input = element("input", { type: "checkbox", id });
    input.addEventListener("change", () => changed(input.checked));
    return {
      node: element("div", { class: "effnet-control effnet-toggle" }, input, element("label", { for: id }, control.label)),
      show(value) { input.checked = value; },
    };
  },
};

let panels = 0;

// source: optional { view(state, name) -> view or null, shown(view) }: views that need no kernel.
// paint: optional (element, view) that draws the picture; by default it is the view's own SVG.
// actions: optional names -> words of further buttons. A press sends { action, state } to the kernel;
// view.actions names those that can be pressed.
function makePanel({ model, el, source = null, paint = null, actions = {} }) {
  const number = ++panels;
  const picture = element("div", { class: "effnet-picture-place" });
  const summary = element("p", { class: "effnet-summary", "aria-live": "polite" });
  const ledger = element("div", { class: "effnet-ledger" });
  const problem = element("p", { class: "effnet-problem", role: "alert" });
  const line = element("input", { type: "text", spellcheck: "false", "aria-label": "State of this widget, as one line of text" });
  const copy = element("button", { type: "button" }, "Copy");
  const reset = element("button", { type: "button" }, "Reset");
  const column = element("div", { class: "effnet-controls" });
  const first = model.get("view");
  let shown = first, pasted = false;

  const kernel = kernelSource(model, () => {
    problem.textContent = "No answer from the kernel yet. If it does not come, run this cell again.";
  });

  function show(view) {
    shown = view;
    problem.textContent = view.error || "";
    for (const [name, control] of Object.entries(controls)) control.show(view.state[name], view.values[name]);
    (paint || ((place, v) => { if (place.innerHTML !== v.picture) place.innerHTML = v.picture; }))(picture, view);
    if (summary.textContent !== view.summary) summary.textContent = view.summary;
    if (ledger.innerHTML !== view.ledger) ledger.innerHTML = view.ledger;
    for (const button of presses) enable(button, view.actions.includes(button.dataset.action));
    // What is being typed stays, until it has been taken over.
    if (document.activeElement !== line || (pasted && !view.error)) line.value = view.line;
    pasted = false;
    el.dataset.serial = view.serial;
  }

  // A change shows itself at once beside its control; the picture follows.
  let asked = { ...first.state };
  function change(name, value) {
    asked = { ...shown.state, ...(kernelBusy ? asked : {}), [name]: value };
    const ready = source && source.view(asked, name);
    if (ready) { show(ready); source.shown(ready); return; }
    controls[name].show(value);
    kernelBusy = true;
    kernel.request({ state: asked, changed: name });
  }
  let kernelBusy = false;
  kernel.onView((view) => { kernelBusy = false; show(view); if (source && !view.error) source.shown(view); });

  const controls = {};
  for (const control of model.get("controls")) {
    const id = `effnet-${number}-${control.name}`;
    controls[control.name] = CONTROL_KINDS[control.kind](control, id, (value) => change(control.name, value));
    column.append(controls[control.name].node);
  }
  // Unlike a disabled button, one that cannot be pressed now keeps the focus.
  const enable = (button, can) => button.setAttribute("aria-disabled", !can);
  const presses = Object.entries(actions).map(([name, words]) => {
    const button = element("button", { type: "button", "data-action": name }, words);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      enable(button, false); // a second click is none
      kernel.press({ action: name, state: kernelBusy ? asked : shown.state });
    });
    return button;
  });
  column.append(element("div", { class: "effnet-buttons" }, ...presses, reset));
  reset.addEventListener("click", () => {
    const ready = source && source.view(first.state, "reset");
    if (ready) { show(ready); source.shown(ready); return; }
    asked = { ...first.state };
    kernelBusy = true;
    kernel.request({ state: asked });
  });
  line.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { pasted = true; kernel.request({ line: line.value }); }
    if (event.key === "Escape") line.value = shown.line;
  });
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(line.value); } catch { line.select(); document.execCommand("copy"); }
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });

  el.classList.add("effnet-panel");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", model.get("title"));
  // Keys pressed in a widget are the widget's: no shortcut of the notebook may take them.
  el.dataset.lmSuppressShortcuts = "true";
  el.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(
    element("div", { class: "effnet-body" }, column,
      element("div", { class: "effnet-main" }, summary, picture, problem)),
    ledger,
    element("div", { class: "effnet-state" }, element("span", { "aria-hidden": "true" }, "State"), line, copy),
  );
  if (!model.get("controls").length) column.remove();
  show(first);
  return () => kernel.close();
}
