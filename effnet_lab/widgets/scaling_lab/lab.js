// The Scaling lab in the browser: readouts are looked up, or asked for, and put into templates.
// Nothing is priced, laid out or decided here. The shell is `makePanel` of panel.js.

const DIMENSIONS = ["width", "depth", "resolution"];

const keyOf = (point) => point.join("|");
const pointOf = (state) => [state.baseline, ...DIMENSIONS.map((name) => state[name])];

// A template with places such as {macs} -> a function of a readout's values.
function compiled(text, index) {
  const parts = text.split(/\{(\w+)\}/);
  return (values) => parts.map((part, i) => (i % 2 ? values[index[part]] : part)).join("");
}

// The picture as elements, once, and a list of what changes in it: attributes and texts.
function boundPicture(look, index) {
  const inert = document.createElement("template");
  // Unfilled attributes are no valid ones; they keep out of the way under another name.
  inert.innerHTML = look.picture.replace(/ ([\w-]+)="([^"]*\{\w+\}[^"]*)"/g, ' data-$1="$2"');
  const svg = inert.content.firstElementChild, slots = [];
  const slot = (text, set) => slots.push({ value: compiled(text, index), set, last: null });
  for (const node of [svg, ...svg.querySelectorAll("*")]) {
    for (const { name, value } of [...node.attributes]) {
      if (!name.startsWith("data-")) continue;
      node.removeAttribute(name);
      slot(value, (text) => node.setAttribute(name.slice(5), text));
    }
    const only = node.childNodes.length === 1 && node.firstChild;
    if (only && only.nodeType === Node.TEXT_NODE && /\{\w+\}/.test(only.data)) {
      slot(only.data, (text) => { only.data = text; });
    }
  }
  return {
    svg,
    show(values) {
      for (const one of slots) {
        const text = one.value(values);
        if (text !== one.last) { one.last = text; one.set(text); }
      }
    },
  };
}

// The lab's source of views: a map of readouts, filled ahead of what may be asked next.
function labSource(model) {
  const lab = model.get("lab"), readouts = new Map(), looks = {};
  const mapped = (things, make) => Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, make(thing)]));
  const moves = mapped(lab.moves, ([always, pairs]) => ({ always, byValue: new Map(pairs) }));
  const words = mapped(lab.words, (pairs) => new Map(pairs));
  for (const [name, look] of Object.entries(lab.looks)) {
    const index = Object.fromEntries(look.names.map((word, i) => [word, i]));
    looks[name] = {
      index,
      picture: boundPicture(look, index),
      summary: compiled(look.summary, index),
      ledger: compiled(look.ledger, index),
      values: Object.entries(look.values).map(([control, text]) => [control, compiled(text, index)]),
    };
  }
  let queue = [], asked = 0, timer = 0, looked = 0;

  // Readouts come in answers of limited size, so that what is urgent never waits long.
  function ask() {
    if (asked && Date.now() - asked < 5000) return;
    const points = queue.filter((point) => !readouts.has(keyOf(point)));
    queue = points.slice(lab.most);
    asked = points.length ? Date.now() : 0;
    if (points.length) model.send({ points: points.slice(0, lab.most) });
  }
  const onReadouts = ({ points, readouts: found }) => {
    if (!points) return;
    points.forEach((point, i) => readouts.set(keyOf(point), found[i]));
    asked = 0;
    ask();
  };
  model.on("msg:custom", onReadouts);

  // Points on the line of one control through a point.
  function line(here, name) {
    if (name === "phi") return [...moves.phi.byValue.values()].map((factors) => pointOf({ baseline: here[0], ...factors }));
    const place = DIMENSIONS.indexOf(name) + 1;
    return place ? lab.factors[name].map((factor) => Object.assign([...here], { [place]: factor })) : [];
  }
  // What the next move may lead to, nearest first: every position of each slider with the others
  // held, the presets, the other baselines.
  function around(here) {
    const points = [here, ...[...DIMENSIONS, "phi"].flatMap((name) => line(here, name))];
    points.push(...[...moves.preset.byValue.values()].map(pointOf));
    for (const baseline of Object.keys(lab.looks)) points.push([baseline, ...here.slice(1)]);
    return nearest(here, points);
  }
  function nearest(here, points) {
    const far = (point) => here.reduce((sum, own, i) => sum + (i ? Math.abs(point[i] - own) : 4 * (own !== point[0])), 0);
    return points.map((point) => [far(point), point]).sort((a, b) => a[0] - b[0]).map(([, point]) => point);
  }
  function fetchSoon(points, wait) {
    clearTimeout(timer);
    timer = setTimeout(() => { queue = points; ask(); }, wait);
  }
  return {
    looks,
    // What a move sets in other controls, lab.py says.
    settle(state, name) {
      const { always, byValue } = moves[name === "linked" && state.linked ? "phi" : name] || {};
      return { ...state, ...always, ...byValue?.get(state[name]) };
    },
    view(state, name) {
      const next = { ...state }, here = pointOf(state), values = readouts.get(keyOf(here));
      if (!values) {
        // The kernel is asked for this one at once; those that follow it come next.
        fetchSoon(nearest(here, line(here, name)), 0);
        return null;
      }
      const look = looks[next.baseline];
      next.preset = values[look.index.preset];
      const texts = Object.fromEntries(look.values.map(([control, text]) => [control, text(values)]));
      const settings = [values[look.index.line], words.phi.get(next.phi), words.linked.get(next.linked)];
      return {
        serial: `look-up ${++looked}`, state: next, readout: values, error: "",
        values: next.linked ? texts : { ...texts, ...lab.unlinked }, line: `${lab.name}: ${settings.join(" ")}`,
        summary: look.summary(values), ledger: look.ledger(values),
      };
    },
    shown(view) {
      readouts.set(keyOf(pointOf(view.state)), view.readout);
      fetchSoon(around(pointOf(view.state)), 80);
    },
    close() { clearTimeout(timer); model.off("msg:custom", onReadouts); },
  };
}

function render({ model, el }) {
  const source = labSource(model);
  const paint = (place, view) => {
    const { picture } = source.looks[view.state.baseline];
    picture.show(view.readout);
    if (place.firstChild !== picture.svg) place.replaceChildren(picture.svg);
  };
  el.classList.add("effnet-scaling-lab");
  const close = makePanel({ model, el, source, paint });
  source.shown(model.get("view"));
  return () => { close(); source.close(); };
}

export default { render };
