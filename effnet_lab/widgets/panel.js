// The shell that all widgets share. It knows nothing of networks: it turns controls into a state,
// asks a source for the view of that state, and puts the view on the page.

// Requests to the kernel are numbered, and one is under way at a time. What is asked meanwhile waits
// in a queue, in which moves of one control become one, so that a slider that is dragged never
// queues up. A request is { action, line, state, changes }: moves of controls, [name, value] in their
// order, made to a state or to a line that was pasted; by default to what is shown.
function kernelSource(model, shown, deliver, say) {
  const line = lineToKernel(model, say), queue = [];
  let serial = 0, underWay = null, forgotten = 0;
  function sendNext() {
    underWay = queue.shift() || null;
    if (!underWay) return;
    underWay.serial = ++serial;
    // Without a kernel nothing will be answered.
    if (!line.send({ state: shown(), ...underWay })) { underWay = null; queue.length = 0; }
  }
  function ask(request) { queue.push(request); if (!underWay) sendNext(); }
  const onView = () => {
    const view = model.get("view");
    if (view.serial <= forgotten && forgotten) return;
    const answered = underWay && view.serial === underWay.serial;
    if (answered) { underWay = null; line.heard(); }
    deliver(view);
    if (answered) sendNext();
  };
  model.on("change:view", onView);
  return {
    ask,
    move(name, value) {
      const last = queue.at(-1);
      if (!last || last.action) return ask({ changes: [[name, value]] });
      if (last.changes.at(-1)?.[0] === name) last.changes.pop();
      last.changes.push([name, value]);
    },
    // Whether a control shows what the kernel has not answered yet: the browser's value stays in it.
    owns: (name) => [underWay, ...queue].some((r) => r && (r.state || r.changes.some(([n]) => n === name))),
    busy: () => underWay !== null,
    // What was asked is out of date: no answer to it is wanted.
    forget() { queue.length = 0; underWay = null; forgotten = serial; line.heard(); },
    close() { model.off("change:view", onView); line.close(); },
  };
}

// Views of the next steps of the slider in use, fetched while nothing else is asked. A key then
// shows its view at once, and the kernel is asked for it as always.
function stockOfViews(model, kernel, state) {
  const views = new Map(), keyOf = (name, value) => JSON.stringify([name, value]);
  let serial = 0, timer = 0;
  const onViews = ({ ahead, of }) => {
    if (ahead && of === serial) ahead.forEach(([name, value, view]) => views.set(keyOf(name, value), view));
  };
  function fetchSoon(steps) {
    timer = setTimeout(() => {
      if (kernel.busy()) return fetchSoon(steps);
      try { model.send({ ahead: steps, state: state(), of: serial }); } catch { /* a move will say it */ }
    }, 50);
  }
  model.on("msg:custom", onViews);
  return {
    view: (name, value) => views.get(keyOf(name, value)),
    // The views in stock are a step from what was shown before.
    refill(steps) {
      serial += 1;
      views.clear();
      clearTimeout(timer);
      if (steps.length) fetchSoon(steps);
    },
    close() { clearTimeout(timer); model.off("msg:custom", onViews); },
  };
}

// Writing what is there already would draw it anew; reading it back would cost as much.
function setHTML(node, text) {
  if (node.written !== text) { node.innerHTML = text; node.written = text; }
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

// A control inside its label: no id is needed, which another widget of the page might have, too.
function labelled(control, output, input) {
  const name = element("span", { "data-control": control.name }, control.label);
  return element("label", { class: "effnet-control" }, element("span", { class: "effnet-label" }, name, output), input);
}

// Each control: its element, how to show a value in it, and how to read it.
const CONTROL_KINDS = {
  slider(control, changed) {
    const last = control.values.length - 1;
    const input = element("input", { type: "range", min: 0, max: last, step: 1, "aria-label": control.label });
    const output = element("output");
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
      node: labelled(control, output, input),
      next: () => [-1, 1].map((step) => control.values[Number(input.value) + step]).filter((v) => v !== undefined),
      show(value, text) {
        input.value = nearest(control.values, value);
        const words = text ?? (plain(value) + (control.unit ? ` ${control.unit}` : ""));
        output.textContent = words;
        input.setAttribute("aria-valuetext", words);
      },
    };
  },
  choice(control, changed) {
    const select = element("select", { "aria-label": control.label });
    control.options.forEach((option) => select.append(element("option", { value: option }, option)));
    select.addEventListener("change", () => changed(select.value));
    return {
      node: labelled(control, "", select),
      show(value) { select.value = value; },
    };
  },
  toggle(control, changed) {
    const input = element("input", { type: "checkbox" });
    input.addEventListener("change", () => changed(input.checked));
    return {
      node: element("label", { class: "effnet-control effnet-toggle" }, input, control.label),
      show(value) { input.checked = value; },
    };
  },
};

// source: optional { settle(state, name) -> state, view(state) -> view or null, shown(view) }: views
// that need no kernel.
// paint: optional (element, view) that draws the picture; by default it is the view's own SVG.
// actions: optional names -> words of further buttons. A press sends its name to the kernel;
// view.actions names those that can be pressed.
function makePanel({ model, el, source = null, paint = null, actions = {} }) {
  const picture = element("div", { class: "effnet-picture-place" });
  const summary = element("p", { class: "effnet-summary", "aria-live": "polite" });
  const ledger = element("div", { class: "effnet-ledger" });
  const problem = element("p", { class: "effnet-problem", role: "alert" });
  const line = element("input", { type: "text", spellcheck: "false", "aria-label": "State of this widget, as one line of text" });
  const copy = element("button", { type: "button" }, "Copy");
  const reset = element("button", { type: "button" }, "Reset");
  const column = element("div", { class: "effnet-controls" });
  const first = model.get("view");
  let shown = first, asked = first.state, pasted = false, inUse = null;

  const say = (words) => { problem.textContent = words; };
  const fromKernel = (view) => { show(view); if (source && !view.error) source.shown(view); };
  const kernel = kernelSource(model, () => shown.state, fromKernel, say);
  const stock = stockOfViews(model, kernel, () => shown.state);
  // Where the browser draws, or something else than the controls changes what is shown, no stock holds.
  const steps = () => (source || presses.length ? [] : controls[inUse]?.next?.() ?? []).map((value) => [inUse, value]);

  function show(view) {
    const moved = view.line !== shown.line;
    shown = view;
    say(view.error || "");
    for (const [name, control] of Object.entries(controls)) {
      if (!kernel.owns(name)) control.show(view.state[name], view.values[name]);
    }
    if (paint) paint(picture, view); else setHTML(picture, view.picture);
    if (summary.textContent !== view.summary) summary.textContent = view.summary;
    setHTML(ledger, view.ledger);
    for (const button of presses) enable(button, view.actions.includes(button.dataset.action));
    // What is being typed stays, until it has been taken over.
    if (document.activeElement !== line || (pasted && !view.error)) line.value = view.line;
    pasted = false;
    if (moved) stock.refill(steps());
  }

  // A move shows itself at once beside its control; the picture follows.
  function move(name, value) {
    if (lookUp({ ...(kernel.busy() ? asked : shown.state), [name]: value }, name)) return;
    const ready = kernel.busy() ? null : stock.view(name, value);
    controls[name].show(value, ready?.values[name]);
    kernel.move(name, value);
    if (ready && kernel.busy()) show(ready);
  }
  function lookUp(state, name) {
    if (!source) return false;
    asked = source.settle(state, name);
    const ready = source.view(asked, name);
    if (!ready) return false;
    kernel.forget();
    show(ready);
    source.shown(ready);
    return true;
  }

  const controls = {};
  for (const control of model.get("controls")) {
    controls[control.name] = CONTROL_KINDS[control.kind](control, (value) => move(control.name, value));
    controls[control.name].node.addEventListener("focusin", () => {
      if (inUse === control.name) return;
      inUse = control.name;
      stock.refill(steps());
    });
    column.append(controls[control.name].node);
  }
  // Unlike a disabled button, one that cannot be pressed now keeps the focus.
  const enable = (button, can) => button.setAttribute("aria-disabled", !can);
  const presses = Object.entries(actions).map(([name, words]) => {
    const button = element("button", { type: "button", "data-action": name }, words);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      enable(button, false); // a second click is none
      kernel.ask({ action: name, changes: [] });
    });
    return button;
  });
  column.append(element("div", { class: "effnet-buttons" }, ...presses, reset));
  reset.addEventListener("click", () => {
    if (lookUp(first.state, "")) return;
    for (const [name, control] of Object.entries(controls)) control.show(first.state[name]);
    kernel.ask({ state: first.state, changes: [] });
  });
  line.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { pasted = true; kernel.ask({ line: line.value, changes: [] }); }
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
  keepKeys(el);
  el.append(
    element("div", { class: "effnet-body" }, column,
      element("div", { class: "effnet-main" }, summary, picture, problem)),
    ledger,
    element("div", { class: "effnet-state" }, element("span", { "aria-hidden": "true" }, "State"), line, copy),
  );
  if (!model.get("controls").length) column.remove();
  show(first);
  requestAnimationFrame(() => foldTwin(el)); // when it is on the page
  return () => { kernel.close(); stock.close(); };
}
