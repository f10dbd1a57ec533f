// Marks written answers by keyboard. All text is set as text, never as markup; every change is sent
// at once, in order, and sent again until it is saved.
'use strict';

const at = id => document.getElementById(id);
let data, question = 0, answer = 0;
const queue = [];
let sending = false;

const asked = () => data.questions[question];
const shown = () => asked().answers[answer];
const isMarked = one => one.points !== null;
const linesOf = text => text.split('\n').filter(line => line.trim());

/** Points that the lines of a comment give, such as "+2 Says why."; null if none does. */
function worth(text) {
  const values = linesOf(text).map(line => line.match(/^([+-]\d+(?:\.\d+)?)\s/)).filter(Boolean);
  return values.length ? values.reduce((sum, match) => sum + Number(match[1]), 0) : null;
}

const clipped = value => Math.min(asked().points, Math.max(0, value));

async function send(path, body) {
  queue.push([path, body]);
  if (sending) return;
  sending = true;
  let refused = '';
  at('saved').textContent = 'saving …';
  while (queue.length) {
    const [to, what] = queue[0];
    try {
      const reply = await fetch(to, {
        method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(what),
      });
      if (!reply.ok && reply.status !== 400) throw new Error(reply.statusText);
      queue.shift();
      if (!reply.ok) refused = `NOT SAVED: ${await reply.text()}`;
    } catch (error) {
      at('saved').textContent = `NOT SAVED (${error.message}); trying again`;
      await new Promise(go => setTimeout(go, 1000));
    }
  }
  sending = false;
  at('saved').textContent = refused || 'saved';
}

function save() {
  const {points, comment} = shown();
  if (points !== null) send('mark', {name: asked().name, number: answer, points, comment});
  show();
}

function give(points) { shown().points = clipped(points); save(); }

function write(comment) {
  shown().comment = comment;
  const points = worth(comment);
  if (points !== null) shown().points = clipped(points);
  save();
}

function toggle(number) {
  const chosen = asked().comments[number];
  if (chosen === undefined) return;
  const lines = linesOf(shown().comment), place = lines.indexOf(chosen);
  if (place < 0) lines.push(chosen); else lines.splice(place, 1);
  const emptied = place >= 0 && worth(lines.join('\n')) === null && worth(chosen) !== null;
  if (emptied) shown().points = 0;
  write(lines.join('\n'));
}

function show() {
  const one = shown(), all = asked(), marked = all.answers.filter(isMarked).length;
  at('title').textContent = `${data.title}: ${all.title}`;
  at('place').textContent = all.answers.length
    ? `answer ${answer + 1} of ${all.answers.length}, ${marked} marked` : 'no answers';
  if (!one) return;
  at('who').textContent = one.who || `Answer ${answer + 1}`;
  at('text').textContent = one.text;
  at('points').value = one.points ?? '';
  at('points').classList.remove('bad');
  at('most').textContent = `of ${all.points}`;
  at('question').textContent = all.question;
  at('model').textContent = all.rubric || '–';
  if (at('comment').value !== one.comment) at('comment').value = one.comment;
  const chosen = linesOf(one.comment);
  at('comments').replaceChildren(...all.comments.map((text, number) => {
    const item = document.createElement('li');
    item.textContent = text;
    item.className = chosen.includes(text) ? 'chosen' : '';
    item.onclick = () => toggle(number);
    return item;
  }));
}

function go(to) {
  const count = asked().answers.length;
  answer = Math.max(0, Math.min(count - 1, to));
  show();
  at('answer').focus({preventScroll: true});
  at('answer').scrollTop = 0;
}

function next() {
  if (!isMarked(shown())) { at('place').textContent = 'no points yet: f, z, ↑, p or a digit'; return; }
  if (answer < asked().answers.length - 1) { go(answer + 1); return; }
  nextUnmarked();
}

function nextUnmarked() {
  for (let step = 0; step < data.questions.length; step++) {
    const which = (question + step) % data.questions.length;
    const found = data.questions[which].answers.findIndex(one => !isMarked(one));
    if (found >= 0) { question = which; go(found); return; }
  }
  at('place').textContent = 'all answers are marked';
}

const KEYS = {
  ArrowUp: shift => give((shown().points ?? 0) + (shift ? 0.5 : 1)),
  ArrowDown: shift => give((shown().points ?? asked().points) - (shift ? 0.5 : 1)),
  ArrowLeft: () => go(answer - 1),
  ArrowRight: () => go(answer + 1),
  Enter: next,
  f: () => give(asked().points),
  z: () => give(0),
  u: nextUnmarked,
  q: () => { question = (question + 1) % data.questions.length; go(0); },
  p: () => at('points').select(),
  c: () => at('comment').focus(),
  n: () => at('new').focus(),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches('input, textarea');
  if (event.key === 'Escape') { at('answer').focus(); return; }
  if (typing || !shown()) return;
  const digit = /^[0-9]$/.test(event.key) ? (Number(event.key) + 9) % 10 : -1;
  const action = digit >= 0 ? () => toggle(digit) : KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action(event.shiftKey);
}

function takePoints() {
  const value = Number(at('points').value.replace(',', '.'));
  const fine = at('points').value.trim() && value >= 0 && value <= asked().points;
  if (fine) give(value); else at('points').classList.add('bad');
  return fine;
}

function takeNew() {
  const text = at('new').value.trim();
  if (!text) return;
  asked().comments.push(text);
  send('comments', {name: asked().name, comments: asked().comments});
  at('new').value = '';
  toggle(asked().comments.length - 1);
}

function onEnter(id, action) {
  at(id).addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    event.stopPropagation();
    if (action() !== false) at(id).blur();
  });
}

async function start() {
  data = await (await fetch('data')).json();
  document.addEventListener('keydown', onKey);
  onEnter('points', takePoints);
  onEnter('new', takeNew);
  at('comment').addEventListener('input', () => write(at('comment').value));
  addEventListener('beforeunload', event => { if (queue.length) event.preventDefault(); });
  if (!data.questions.length) { at('title').textContent = `${data.title}: nothing in words`; return; }
  show();
  nextUnmarked();
}

start();
