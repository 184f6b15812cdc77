// The page of opsin: the controls of `opsin.explore`, the piano of `opsin.audio.piano`, and `opsin studio`.
//
// A host connects it to Python: anywidget in a notebook (the default export), or a local server (`open`). A host has
// `start`, what Python tells at first, and `ask(message, content)`, which returns [reply, arrays of bytes].

const CSS = `
.opsin { --ink: light-dark(#1d2430, #e6e9ee); --soft: light-dark(#5b6675, #a0a9b6); --ground: light-dark(#fff, #16191e);
  --panel: light-dark(#f4f6f8, #1f242b); --line: light-dark(#cdd4dc, #3a424d); --accent: light-dark(#1668c7, #6ab0ff);
  --bad: light-dark(#b3261e, #ff8a80); color: var(--ink); background: var(--ground);
  font: 14px/1.4 system-ui, sans-serif; box-sizing: border-box; }
.opsin *, .opsin *::before { box-sizing: border-box; }
.opsin [hidden] { display: none; }
.opsin-explore { display: flex; flex-wrap: wrap; gap: 16px; padding: 8px; }
.opsin-stage { flex: 2 1 380px; min-width: 0; }
.opsin-side { flex: 1 1 280px; max-width: 460px; }
.opsin canvas { display: block; width: 100%; }
.opsin-picture { touch-action: none; cursor: crosshair; max-height: min(640px, 66vh); background: var(--panel); border: 1px solid var(--line); border-radius: 4px; }
.opsin-status { display: flex; justify-content: space-between; gap: 12px; flex-wrap: wrap; min-height: 22px; padding: 2px; color: var(--soft);
  font-size: 12.5px; font-variant-numeric: tabular-nums; }
.opsin-work { display: flex; align-items: center; gap: 8px; visibility: hidden; }
.opsin-work progress { width: 110px; height: 8px; accent-color: var(--accent); }
.opsin-working, .opsin-stopped { visibility: visible; }
.opsin-stopped > progress, .opsin-stopped > button { visibility: hidden; }
.opsin .opsin-work button { padding: 0 8px; font-size: 12px; }
.opsin-histogram { height: 90px; border: 1px solid var(--line); border-radius: 4px; background: var(--panel); }
.opsin .opsin-waveform { height: 160px; color: var(--accent); }
.opsin-step { margin: 0 0 12px; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); }
.opsin-step h3 { margin: 0 0 4px; font-size: 14px; font-weight: 600; }
.opsin-step p { margin: 0 0 6px; color: var(--soft); font-size: 12.5px; }
.opsin-control { display: grid; grid-template-columns: minmax(76px, 34%) 1fr 84px; align-items: center; gap: 6px 8px; margin: 4px 0; }
.opsin-control > label { overflow: hidden; text-overflow: ellipsis; }
.opsin-control .opsin-wide { grid-column: 2 / 4; }
.opsin-unit { color: var(--soft); font-size: 12px; }
.opsin input[type=range] { width: 100%; margin: 0; accent-color: var(--accent); }
.opsin input[type=number], .opsin input[type=text], .opsin select { width: 100%; min-width: 0; font: inherit; font-size: 13px; padding: 2px 5px;
  color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 4px; }
.opsin input:disabled { opacity: .45; }
.opsin button { font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 5px;
  padding: 3px 10px; cursor: pointer; }
.opsin button:hover:enabled { border-color: var(--accent); }
.opsin button:disabled { opacity: .45; cursor: default; }
.opsin :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.opsin-error { color: var(--bad); white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
.opsin-text { white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px ui-monospace, monospace; margin: 6px 0; }
.opsin-table { max-height: 260px; overflow: auto; border: 1px solid var(--line); border-radius: 4px; margin: 6px 0; }
.opsin-table table { border-collapse: collapse; font-size: 12.5px; font-variant-numeric: tabular-nums; }
.opsin-table td, .opsin-table th { padding: 2px 8px; text-align: right; border-bottom: 1px solid var(--line); }
.opsin details > summary { cursor: pointer; color: var(--soft); font-size: 12.5px; margin-top: 4px; }
.opsin-studio { display: flex; flex-direction: column; height: 100vh; }
.opsin-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; padding: 8px 12px; border-bottom: 1px solid var(--line); background: var(--panel); }
.opsin-bar h1 { font-size: 14px; font-weight: 600; margin: 0 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 30vw; }
.opsin-bar select { width: auto; padding: 4px 6px; }
.opsin-fill { flex: 1; }
.opsin-main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(300px, 380px) 1fr; }
.opsin-main aside { overflow-y: auto; padding: 12px; border-right: 1px solid var(--line); }
.opsin-main .opsin-stage { display: flex; flex-direction: column; min-height: 0; overflow-y: auto; padding: 12px; gap: 4px; }
.opsin-main .opsin-picture { flex: 1 1 320px; min-height: 220px; max-height: none; }
.opsin-main .opsin-histogram { flex: none; }
.opsin-beside:empty { display: none; }
.opsin-steps { list-style: none; margin: 12px 0 0; padding: 0; }
.opsin-head { display: flex; align-items: center; gap: 4px; }
.opsin-head h3 { flex: 1; margin: 0 4px; overflow: hidden; text-overflow: ellipsis; }
.opsin-head button { padding: 1px 7px; }
.opsin-off > :not(.opsin-head) { display: none; }
.opsin-off h3 { opacity: .5; text-decoration: line-through; }
.opsin-fails { border-color: var(--bad); }
.opsin-search { position: relative; }
.opsin .opsin-find { padding: 7px 9px; font-size: 14px; }
.opsin-found { position: absolute; z-index: 3; left: 0; right: 0; max-height: 60vh; overflow-y: auto; margin: 2px 0 0; padding: 4px; list-style: none;
  background: var(--ground); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 6px 24px #0004; }
.opsin-found li { padding: 4px 8px; border-radius: 4px; cursor: pointer; }
.opsin-found li div { color: var(--soft); font-size: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.opsin-found li:hover, .opsin-found li[aria-selected=true] { background: light-dark(#dcebfb, #274463); }
.opsin-drop::after { content: "Drop an image, or a recipe"; position: fixed; inset: 0; display: grid; place-items: center; font-size: 28px; color: #fff; background: #1668c7cc; pointer-events: none; }
.opsin-dialog { width: min(760px, 92vw); color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 8px; }
.opsin-dialog::backdrop { background: #0007; }
.opsin-dialog h2 { margin: 0 0 8px; font-size: 16px; }
.opsin-dialog pre { margin: 4px 0 14px; padding: 10px; max-height: 30vh; overflow: auto; font: 12.5px/1.5 ui-monospace, monospace; background: var(--panel); border-radius: 6px; }
.opsin-piano { padding: 12px; touch-action: none; user-select: none; }
.opsin-keys { position: relative; height: 190px; }
.opsin .opsin-key { position: absolute; top: 0; padding: 0 0 8px; display: flex; flex-direction: column; justify-content: flex-end; align-items: center;
  border: 1px solid #555; border-radius: 0 0 6px 6px; font-size: 12px; touch-action: none; }
.opsin .opsin-white { height: 190px; color: #333; background: linear-gradient(#e9e9e9, #fff 12%); }
.opsin .opsin-black { height: 118px; color: #ddd; background: linear-gradient(#444, #151515); z-index: 1; }
.opsin .opsin-key small { opacity: .6; }
.opsin .opsin-white.opsin-down { background: #bcdcff; }
.opsin .opsin-black.opsin-down { background: #2f74c0; }
`;

// JupyterLab takes keys such as the arrows from whatever has the focus, unless it carries this attribute.
const KEEP_KEYS = 'data-lm-suppress-shortcuts';
let count = 0;

function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  element.setAttribute(KEEP_KEYS, 'true');
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'for' || name.includes('-')) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

function rootOf(parent) {
  const root = h('div', {className: 'opsin'});
  // Notebooks have themes of their own, which need not be that of the system.
  const theme = document.body.dataset.jpThemeLight ?? document.body.dataset.vscodeThemeKind;
  const dark = theme === 'false' || /dark/.test(theme ?? '') || document.body.classList.contains('dark');
  root.style.colorScheme = theme === undefined && !dark ? 'light dark' : dark ? 'dark' : 'light';
  root.append(h('style', {textContent: CSS}));
  parent.append(root);
  return root;
}

// Asks one question at a time. What is asked meanwhile is merged, and only the last of it is asked. While Python has
// not computed all of it, it asks for the rest, and `bar` shows how far that is.
class Questions {
  constructor(host, answered, rest) {
    Object.assign(this, {host, answered, rest, next: null, busy: false, timer: 0, halted: false});
    this.meter = h('progress', {max: 1, 'aria-label': 'computed'});
    this.words = h('span', {role: 'status'});
    this.bar = h('div', {className: 'opsin-work'}, this.meter, this.words, h('button', {type: 'button', textContent: 'Stop', title: 'stop computing', onclick: () => this.stop()}));
    this.show();
  }
  ask(message) {
    clearTimeout(this.timer);
    if (message.draw) this.halted = false;
    this.next = {...this.next, rest: undefined, ...message};
    if (!this.busy) this.run();
  }
  async run() {
    this.busy = true;
    while (this.next) {
      const message = this.next;
      this.next = null;
      try {
        const [reply, parts] = await this.host.ask(message);
        this.show(reply.unfinished);
        this.answered(reply, parts, message);
        if (reply.unfinished !== undefined && !this.next && !this.halted) this.timer = setTimeout(() => this.ask({...this.rest(), rest: true}), 50);
      } catch (error) {
        this.show();
        this.answered({failure: `No answer from Python: ${error.message}`}, [], message);
      }
    }
    this.busy = false;
  }
  async stop() {
    clearTimeout(this.timer);
    this.halted = true;
    this.show();
    await this.host.ask({stop: true});
  }
  show(share) {
    const bar = this.bar;
    bar.classList.toggle('opsin-stopped', this.halted);
    if (this.halted) { this.words.textContent = 'stopped; the next change computes again'; return; }
    if (share === undefined) { bar.classList.remove('opsin-working'); return; }
    bar.classList.add('opsin-working');
    if (share) this.meter.value = share; else this.meter.removeAttribute('value');
    this.words.textContent = share ? `computing, ${Math.round(100 * share)} %` : 'computing';
  }
}

function bitmapOf({rows, columns, channels}, bytes) {
  const pixels = new Uint8ClampedArray(rows * columns * 4);
  if (channels === 4) pixels.set(bytes);
  else {
    const words = new Uint32Array(pixels.buffer);
    if (channels === 1) for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | bytes[i] * 0x010101;
    else for (let i = 0, j = 0; i < words.length; i++, j += 3) words[i] = 0xff000000 | bytes[j + 2] << 16 | bytes[j + 1] << 8 | bytes[j];
  }
  const bitmap = document.createElement('canvas');
  bitmap.width = columns;
  bitmap.height = rows;
  bitmap.getContext('2d').putImageData(new ImageData(pixels, columns, rows), 0, 0);
  return bitmap;
}

// Shows a part of an image, of which the wheel and dragging choose another.
class Picture {
  constructor(moved, pointed) {
    Object.assign(this, {moved, pointed, size: null, scale: 1, top: 0, left: 0, bitmap: null, view: null, marks: {}, fitted: true});
    this.canvas = h('canvas', {className: 'opsin-picture', tabIndex: 0, role: 'img', 'aria-label': 'the result'});
    const canvas = this.canvas;
    new ResizeObserver(() => this.resized()).observe(canvas);
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 300), ...this.place(event));
    }, {passive: false});
    canvas.addEventListener('pointerdown', (event) => {
      this.drag = [event.clientX, event.clientY, this.top, this.left];
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointerup', () => { this.drag = null; });
    canvas.addEventListener('pointermove', (event) => {
      if (this.drag) {
        const [x, y, top, left] = this.drag, ratio = this.ratio();
        this.fitted = false;
        this.left = left - (event.clientX - x) * ratio / this.scale;
        this.top = top - (event.clientY - y) * ratio / this.scale;
        this.changed();
      }
      this.under = this.at(...this.place(event));
      this.pointed(...this.under);
    });
    canvas.addEventListener('pointerleave', () => { this.under = undefined; this.pointed(-1, -1); });
    canvas.addEventListener('dblclick', () => this.fit());
    canvas.addEventListener('keydown', (event) => {
      const steps = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
      if (steps) {
        this.fitted = false;
        this.top += steps[0] * canvas.height / this.scale / 8;
        this.left += steps[1] * canvas.width / this.scale / 8;
        this.changed();
      } else if (event.key === '+' || event.key === '=') this.zoom(1.25, canvas.width / 2, canvas.height / 2);
      else if (event.key === '-') this.zoom(0.8, canvas.width / 2, canvas.height / 2);
      else if (event.key === '0') this.fit();
      else if (event.key === '1') this.exactly();
      else return;
      event.preventDefault();
    });
  }
  ratio() { return this.canvas.width / Math.max(this.canvas.clientWidth, 1); }
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * this.ratio(), (event.clientY - box.top) * this.ratio()];
  }
  at(x, y) { return [Math.floor(this.top + y / this.scale), Math.floor(this.left + x / this.scale)]; }
  resized() {
    const ratio = window.devicePixelRatio || 1, canvas = this.canvas;
    const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height || (width === canvas.width && height === canvas.height)) return;
    canvas.width = width;
    canvas.height = height;
    if (this.fitted) this.fit(); else this.changed();
  }
  setSize(rows, columns) {
    if (this.size && this.size[0] === rows && this.size[1] === columns) return;
    this.size = [rows, columns];
    if (!this.canvas.closest('.opsin-studio')) this.canvas.style.aspectRatio = `${columns} / ${Math.min(Math.max(rows, columns / 4), columns * 1.4)}`;
    this.resized();
    this.fit();
  }
  fit() {
    if (!this.size) return;
    const [rows, columns] = this.size, {width, height} = this.canvas;
    this.scale = Math.min(width / columns, height / rows) || 1;
    this.top = (rows - height / this.scale) / 2;
    this.left = (columns - width / this.scale) / 2;
    this.fitted = true;
    this.changed();
  }
  zoom(factor, x, y) {
    if (!this.size) return;
    const least = Math.min(this.canvas.width / this.size[1], this.canvas.height / this.size[0]) / 4;
    const scale = Math.min(Math.max(this.scale * factor, least), 80);
    this.top += y / this.scale - y / scale;
    this.left += x / this.scale - x / scale;
    this.scale = scale;
    this.fitted = false;
    this.changed();
  }
  exactly() { this.zoom((window.devicePixelRatio || 1) / this.scale, this.canvas.width / 2, this.canvas.height / 2); }
  // The visible part, in whole pixels, and how many pixels the screen has for it.
  asked() {
    if (!this.size) return {view: [0, 0, 2 ** 31, 2 ** 31], size: [this.canvas.height || 600, this.canvas.width || 600]};
    const [rows, columns] = this.size, {width, height} = this.canvas;
    const top = Math.max(0, Math.floor(this.top)), left = Math.max(0, Math.floor(this.left));
    const bottom = Math.min(rows, Math.ceil(this.top + height / this.scale)), right = Math.min(columns, Math.ceil(this.left + width / this.scale));
    return {view: [top, left, bottom, right], size: [(bottom - top) * this.scale, (right - left) * this.scale].map((one) => Math.max(1, Math.round(one)))};
  }
  changed() {
    this.draw();
    this.moved();
  }
  show(told, bytes) {
    this.bitmap = bitmapOf(told, bytes);
    this.view = told.view;
    this.patch = null;
    this.draw();
  }
  // A part that is computed already lies over the picture that was there before.
  patched(told, bytes) {
    if (!this.bitmap) this.show(told, bytes);
    else this.patch = {bitmap: bitmapOf(told, bytes), view: told.view};
    this.draw();
  }
  // The same part of the image before all steps, for the left of the picture.
  setBefore(told, bytes) {
    this.before = told ? {bitmap: bitmapOf(told, bytes), view: told.view} : null;
    this.draw();
  }
  draw() {
    const {canvas, scale, top, left} = this, pen = canvas.getContext('2d');
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!this.bitmap || !this.size) return;
    const paint = ({bitmap, view: [t, l, b, r]}, from, to) => {
      // Pixels are squares when they are magnified.
      pen.imageSmoothingEnabled = scale * (r - l) / bitmap.width < 1;
      pen.save();
      pen.beginPath();
      pen.rect(Math.max(-left * scale, from), -top * scale, Math.min((this.size[1] - left) * scale, to) - Math.max(-left * scale, from), this.size[0] * scale);
      pen.clip();
      pen.drawImage(bitmap, (l - left) * scale, (t - top) * scale, (r - l) * scale, (b - t) * scale);
      pen.restore();
    };
    const parted = this.before && this.wipe?.on ? this.wipe.at * canvas.width : 0;
    paint(this, parted, canvas.width);
    if (this.patch) paint(this.patch, parted, canvas.width);
    if (parted) {
      paint(this.before, 0, parted);
      pen.fillStyle = '#fff';
      pen.fillRect(parted - this.ratio(), 0, 2 * this.ratio(), canvas.height);
    }
    this.mark(pen);
  }
  mark(pen) {
    const {scale, top, left, marks} = this, radius = 4 * this.ratio();
    const place = ([row, column]) => [(column + 0.5 - left) * scale, (row + 0.5 - top) * scale];
    pen.lineWidth = 1.5 * this.ratio();
    for (const point of marks.points ?? []) {
      pen.beginPath();
      pen.arc(...place(point), radius, 0, 2 * Math.PI);
      pen.fillStyle = '#ffd60a';
      pen.strokeStyle = '#000';
      pen.fill();
      pen.stroke();
    }
    pen.strokeStyle = '#ffd60a';
    for (const curve of marks.curves ?? []) {
      pen.beginPath();
      curve.forEach((point, index) => (index ? pen.lineTo(...place(point)) : pen.moveTo(...place(point))));
      pen.stroke();
    }
  }
}

class Histogram {
  constructor() {
    this.canvas = h('canvas', {className: 'opsin-histogram', role: 'img', 'aria-label': 'histogram'});
    this.logarithmic = false;
    this.told = null;
    this.canvas.title = 'Histogram. A click changes between linear and logarithmic.';
    this.canvas.addEventListener('click', () => { this.logarithmic = !this.logarithmic; this.draw(); });
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }
  show(told) {
    this.told = told;
    this.canvas.style.display = told ? '' : 'none';
    this.draw();
  }
  draw() {
    const {canvas, told} = this, ratio = window.devicePixelRatio || 1, pen = canvas.getContext('2d');
    const width = canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio)), height = canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (!told) return;
    const style = getComputedStyle(canvas), size = 11 * ratio, foot = size * 1.5;
    const value = this.logarithmic ? Math.log1p : (one) => one;
    const most = Math.max(...told.counts.map((counts) => value(Math.max(...counts)))) || 1;
    const colors = told.counts.length === 1 ? [style.color] : ['#e5484d', '#30a46c', '#3e7bfa'];
    told.counts.forEach((counts, channel) => {
      pen.beginPath();
      pen.moveTo(0, height - foot);
      counts.forEach((one, bin) => {
        const y = (height - foot) * (1 - 0.95 * value(one) / most);
        pen.lineTo(bin * width / counts.length, y);
        pen.lineTo((bin + 1) * width / counts.length, y);
      });
      pen.lineTo(width, height - foot);
      pen.globalAlpha = told.counts.length === 1 ? 0.6 : 0.25;
      pen.fillStyle = pen.strokeStyle = colors[channel];
      pen.fill();
      pen.globalAlpha = 1;
      if (told.counts.length > 1) pen.stroke();
    });
    pen.fillStyle = style.color;
    pen.font = `${size}px system-ui, sans-serif`;
    const brief = (number) => String(+number.toPrecision(5));
    const [low, high] = told.ends;
    pen.textBaseline = 'bottom';
    pen.fillText(brief(low), 4 * ratio, height - 1);
    pen.textAlign = 'right';
    pen.fillText(brief(high), width - 4 * ratio, height - 1);
    pen.textAlign = 'center';
    if (this.logarithmic) pen.fillText('logarithmic', width / 2, height - 1);
  }
}

// Chooses a plane of an image of more axes.
class Planes {
  constructor(changed) {
    this.slider = h('input', {type: 'range', min: 0, step: 1, 'aria-label': 'plane'});
    this.number = h('output');
    this.box = h('div', {className: 'opsin-control', hidden: true}, h('span', {textContent: 'plane'}), this.slider, this.number);
    this.slider.addEventListener('input', () => { this.number.textContent = this.slider.value; changed(); });
  }
  get chosen() { return this.box.hidden ? undefined : +this.slider.value; }
  show({planes, plane}) {
    this.box.hidden = !planes;
    if (!planes || (+this.slider.max === planes - 1 && this.number.textContent !== '')) return;
    this.slider.max = planes - 1;
    this.number.textContent = this.slider.value = plane;
  }
}

// The controls of one step. `changed(values)` is called while a control moves.
function controlsOf(controls, values, changed, images) {
  const rows = controls.map((control) => {
    const id = `opsin-${++count}`, name = control.name;
    const label = h('label', {for: id, title: control.help, textContent: name.replaceAll('_', ' ')});
    if (control.unit) label.append(' ', h('span', {className: 'opsin-unit', textContent: control.unit}));
    const set = (value) => { values[name] = value; changed(values, name); };
    const row = h('div', {className: 'opsin-control'}, label);
    row.dataset.name = name;
    let show = () => {};
    if (control.kind === 'slider' || control.kind === 'number') {
      const limits = control.low === null && control.high === null ? {} : {min: control.low ?? '', max: control.high ?? ''};
      const field = h('input', {type: 'number', ...limits, step: control.whole ? 1 : 'any', 'aria-label': name});
      const slider = control.kind === 'slider' ? h('input', {type: 'range', id, min: control.low, max: control.high, step: control.step}) : null;
      if (!slider) field.id = id;
      const number = (text) => (text === '' || Number.isNaN(+text) ? null : +text);
      field.addEventListener('input', () => { const one = number(field.value); if (one !== null) { set(one); if (slider) slider.value = one; } });
      slider?.addEventListener('input', () => { field.value = slider.value; set(+slider.value); });
      const box = control.optional ? h('input', {type: 'checkbox', title: `set ${name}`, 'aria-label': `set ${name}`}) : null;
      show = (value) => {
        if (value !== null) { field.value = value; if (slider) slider.value = value; }
        for (const one of [field, slider]) if (one) one.disabled = value === null;
        if (box) box.checked = value !== null;
      };
      box?.addEventListener('change', () => {
        const value = box.checked ? number(slider?.value ?? (field.value || String(control.low ?? 0))) : null;
        show(value);
        set(value);
      });
      if (box) label.prepend(box, ' ');
      if (slider) row.append(slider, field);
      else { field.classList.add('opsin-wide'); row.append(field); }
    } else if (control.kind === 'choice') {
      const select = h('select', {id, className: 'opsin-wide'}, ...control.choices.map((one) => h('option', {value: one, textContent: one})));
      if (control.optional && !control.choices.includes('None')) select.prepend(h('option', {value: 'None', textContent: 'None'}));
      select.addEventListener('change', () => set(control.optional && select.value === 'None' ? null : select.value));
      show = (value) => { select.value = value ?? 'None'; };
      row.append(select);
    } else if (control.kind === 'image') {
      // One of the images that are open, or another one that is opened for it.
      const select = h('select', {id, className: 'opsin-wide'});
      show = (value) => {
        select.replaceChildren(h('option', {value: '', textContent: control.further ? 'None' : 'Choose an image…'}), ...images.names().map((one) => h('option', {value: one, textContent: one})), h('option', {value: '/', textContent: 'Open…'}));
        select.value = value ?? '';
      };
      select.addEventListener('change', async () => {
        if (select.value !== '/') { set(select.value || null); return; }
        show(values[name]);
        const added = await images.open();
        if (added) { set(added); show(added); }
      });
      select.addEventListener('focus', () => show(values[name]));
      row.append(select);
    } else if (control.kind === 'flag') {
      const box = h('input', {type: 'checkbox', id});
      box.addEventListener('change', () => set(box.checked));
      show = (value) => { box.checked = Boolean(value); };
      row.append(h('span', {className: 'opsin-wide'}, box));
    } else {
      const field = h('input', {type: 'text', id, className: 'opsin-wide'});
      field.addEventListener('change', () => set(control.optional && field.value.trim() === 'None' ? null : field.value));
      show = (value) => { field.value = value ?? 'None'; };
      row.append(field);
    }
    show(values[name]);
    return {name, row, show, further: control.further};
  });
  const further = rows.filter((one) => one.further), usual = rows.filter((one) => !one.further);
  const box = h('div', {}, ...usual.map((one) => one.row));
  if (further.length) box.append(h('details', {}, h('summary', {textContent: `${further.length} more`}), ...further.map((one) => one.row)));
  box.update = (told) => { Object.assign(values, told); for (const one of rows) if (one.name in told) one.show(told[one.name]); };
  return box;
}

function tableOf({columns, rows, count: length}) {
  const cells = (tag, texts) => h('tr', {}, ...texts.map((text) => h(tag, {textContent: text})));
  const box = h('div', {className: 'opsin-table', tabIndex: 0}, h('table', {}, h('thead', {}, cells('th', columns)), h('tbody', {}, ...rows.map((row) => cells('td', row)))));
  if (length > rows.length) box.append(h('small', {textContent: `the first ${rows.length} of ${length} rows`}));
  return box;
}

// Plays a sound; the next one follows it without a click.
class Player {
  constructor(root) {
    this.canvas = h('canvas', {className: 'opsin-histogram opsin-waveform', role: 'img', 'aria-label': 'waveform'});
    this.button = h('button', {type: 'button', textContent: '▶ Play'});
    const id = `opsin-${++count}`;
    this.always = h('input', {type: 'checkbox', id, checked: true});
    this.box = h('div', {}, this.canvas, h('div', {className: 'opsin-status'}, this.button, h('label', {for: id}, this.always, ' play at each change')));
    this.button.addEventListener('click', () => (this.source ? this.stop() : this.play()));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    this.root = root;
  }
  show(told, bytes, changed) {
    this.told = told;
    this.bytes = bytes.slice().buffer;
    this.draw();
    // Browsers play nothing before a person has done something on the page.
    if (changed && this.always.checked) this.play();
  }
  async play() {
    const audio = audioOf(this.root), mine = this.turn = {};
    if (!this.bytes || !this.told.duration) return;
    const buffer = await audio.context.decodeAudioData(this.bytes.slice(0));
    if (mine !== this.turn) return;
    this.stop();
    const source = audio.context.createBufferSource(), gain = audio.context.createGain();
    gain.gain.setValueAtTime(0, audio.context.currentTime);
    gain.gain.linearRampToValueAtTime(1, audio.context.currentTime + 0.01);
    source.buffer = buffer;
    source.connect(gain).connect(audio.output);
    source.start();
    source.onended = () => { if (this.source?.source === source) this.ended(); };
    this.source = {source, gain, context: audio.context};
    this.button.textContent = '■ Stop';
  }
  stop() {
    if (!this.source) return;
    const {source, gain, context} = this.source;
    gain.gain.setTargetAtTime(0, context.currentTime, 0.008);
    source.stop(context.currentTime + 0.06);
    this.ended();
  }
  ended() {
    this.source = null;
    this.button.textContent = '▶ Play';
  }
  draw() {
    const {canvas, told} = this, ratio = window.devicePixelRatio || 1, pen = canvas.getContext('2d');
    const width = canvas.width = Math.max(1, canvas.clientWidth * ratio), height = canvas.height = Math.max(1, canvas.clientHeight * ratio);
    if (!told) return;
    const [low, high] = told.envelope, y = (one) => height / 2 * (1 - Math.max(-1, Math.min(1, one)));
    pen.fillStyle = getComputedStyle(canvas).color;
    low.forEach((one, index) => {
      const left = index * width / low.length;
      pen.fillRect(left, y(high[index]), Math.max(width / low.length, 1), Math.max(y(one) - y(high[index]), ratio));
    });
  }
}

function audioOf(root) {
  if (!root.opsinAudio) {
    const context = new AudioContext(), output = context.createDynamicsCompressor();
    output.connect(context.destination);
    root.opsinAudio = {context, output};
  }
  root.opsinAudio.context.resume();
  return root.opsinAudio;
}

function explore(root, host) {
  const steps = host.start.steps, values = steps.map((step) => ({...step.values}));
  const status = h('span'), place = h('span', {className: 'opsin-place'}), beside = h('div'), failure = h('div', {className: 'opsin-error', role: 'alert'});
  let changes = 0, played = -1;
  const ask = (more) => questions.ask(more);
  const told = () => ({values, draw: picture.asked(), at: picture.under, plane: planes.chosen});
  const picture = new Picture(() => ask({draw: picture.asked(), plane: planes.chosen}), (row, column) => { if (row < 0) place.textContent = ''; else ask({at: [row, column], plane: planes.chosen}); });
  const histogram = new Histogram(), player = host.start.sound ? new Player(root) : null;
  const planes = new Planes(() => ask(told()));
  const boxes = steps.map((step, index) => {
    const error = h('div', {className: 'opsin-error', role: 'alert'});
    const controls = controlsOf(step.controls, values[index], () => { changes += 1; ask({...told(), change: changes}); });
    const box = h('section', {className: 'opsin-step', 'aria-label': step.title}, h('h3', {textContent: step.title}), ...(step.help ? [h('p', {textContent: step.help})] : []), controls, error);
    return {box, error, controls};
  });
  const questions = new Questions(host, (reply, parts, message) => {
    failure.textContent = reply.failure ?? '';
    if (reply.failure) return;
    if (reply.errors) boxes.forEach(({error}, index) => { error.textContent = reply.errors[index] ?? ''; });
    if (reply.sound) {
      if (played !== reply.serial) player.show(reply.sound, new Uint8Array(parts[0].buffer, parts[0].byteOffset, parts[0].byteLength), changes > 0);
      played = reply.serial;
      status.textContent = `${reply.sound.duration.toFixed(2)} s, ${reply.sound.rate} Hz · ${reply.milliseconds} ms`;
      return;
    }
    if (reply.size) showImage(reply, parts, message, {picture, histogram, status, place});
    if (reply.unfinished !== undefined) return;
    planes.show(reply);
    showBeside(beside, reply);
  }, () => told());
  const stage = player ? [player.box, h('div', {className: 'opsin-status'}, status)] : [picture.canvas, h('div', {className: 'opsin-status'}, status, questions.bar, place), planes.box, histogram.canvas];
  root.append(h('div', {className: 'opsin-explore'}, h('div', {className: 'opsin-stage'}, ...stage, beside, failure), h('div', {className: 'opsin-side'}, ...boxes.map((one) => one.box))));
  host.changed = (now) => {
    now.forEach((own, index) => boxes[index].controls.update(own));
    ask(told());
  };
  if (player) ask({values}); else ask(told());
}

function showImage(reply, parts, message, {picture, histogram, status, place}) {
  const part = reply.picture && new Uint8Array(parts[0].buffer, parts[0].byteOffset, parts[0].byteLength);
  const told = [reply.shape.join(' × '), reply.dtype];
  if (reply.unfinished !== undefined) {
    if (String(picture.size) !== String(reply.size)) picture.bitmap = null;
    if (part) picture.patched(reply.picture, part);
    status.textContent = told.join(' · ');
    if (reply.at) place.textContent = `row ${reply.at[0]}, column ${reply.at[1]}: ${reply.value}`;
    picture.setSize(...reply.size);
    return;
  }
  picture.marks = {points: reply.points, curves: reply.curves};
  if (part) picture.show(reply.picture, part);
  const shown = JSON.stringify(reply.histogram);
  if (shown !== histogram.shown) {
    histogram.shown = shown;
    histogram.show(reply.histogram && {...reply.histogram, ends: reply.limits});
  }
  status.textContent = [...told, reply.note, `${reply.milliseconds} ms`].filter(Boolean).join(' · ');
  if (reply.at) place.textContent = `row ${reply.at[0]}, column ${reply.at[1]}: ${reply.value}`;
  else if (message.at) place.textContent = '';
  picture.setSize(...reply.size);
}

function showBeside(beside, reply) {
  const shown = JSON.stringify([reply.table, reply.text]);
  if (beside.dataset.shown === shown) return;
  beside.dataset.shown = shown;
  beside.replaceChildren(...(reply.table ? [tableOf(reply.table)] : []), ...(reply.text ? [h('div', {className: 'opsin-text', textContent: reply.text})] : []));
}

// The piano. Each key has a voice while it is held; voices begin and end in some milliseconds, without clicks.
const COMPUTER_KEYS = ['KeyA', 'KeyW', 'KeyS', 'KeyE', 'KeyD', 'KeyF', 'KeyT', 'KeyG', 'KeyY', 'KeyH', 'KeyU', 'KeyJ', 'KeyK', 'KeyO', 'KeyL', 'KeyP', 'Semicolon', 'Quote'];
const HARMONICS = [1, 0.45, 0.2, 0.1, 0.05];

function piano(root, host) {
  const notes = host.start.notes, voices = new Map(), held = new Map();
  const isBlack = ([name]) => /[#b]/.test(name.slice(1));
  const whites = notes.filter((note) => !isBlack(note)).length, width = Math.min(64, 900 / whites);
  const keys = h('div', {className: 'opsin-keys', role: 'group', 'aria-label': 'piano'});
  keys.style.width = `${whites * width}px`;
  // Computer keys lie as those of a piano do only if the first note is a C; else they follow one another.
  let white = 0;
  const buttons = notes.map((note, index) => {
    const black = isBlack(note), code = COMPUTER_KEYS[index];
    const key = h('button', {type: 'button', className: `opsin-key ${black ? 'opsin-black' : 'opsin-white'}`, 'aria-label': `${note[0]}, ${note[1].toFixed(1)} hertz`, title: `${note[0]}, ${note[1].toFixed(1)} Hz`});
    key.append(h('span', {textContent: note[0]}), h('small', {textContent: code ? code.replace('Key', '').replace('Semicolon', ';').replace('Quote', "'") : ''}));
    key.style.left = `${(black ? white - 0.31 : white) * width}px`;
    key.style.width = `${width * (black ? 0.62 : 1)}px`;
    if (!black) white += 1;
    return key;
  });
  keys.append(...buttons);
  root.append(h('div', {className: 'opsin-piano'}, keys));

  const down = (index) => {
    if (voices.has(index)) return;
    const {context, output} = audioOf(root), now = context.currentTime, gain = context.createGain();
    const wave = context.createPeriodicWave(new Float32Array(HARMONICS.length + 1), new Float32Array([0, ...HARMONICS]), {disableNormalization: true});
    const tone = context.createOscillator();
    tone.setPeriodicWave(wave);
    tone.frequency.value = notes[index][1];
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(0.22, now + 0.012);
    gain.gain.setTargetAtTime(0.05, now + 0.012, 0.6);
    tone.connect(gain).connect(output);
    tone.start(now);
    voices.set(index, {tone, gain, context});
    buttons[index].classList.add('opsin-down');
  };
  const up = (index) => {
    const voice = voices.get(index);
    if (!voice) return;
    voices.delete(index);
    const {tone, gain, context} = voice, now = context.currentTime;
    gain.gain.cancelAndHoldAtTime?.(now) ?? gain.gain.cancelScheduledValues(now);
    gain.gain.setTargetAtTime(0, now, 0.06);
    tone.stop(now + 0.6);
    buttons[index].classList.remove('opsin-down');
  };
  // A key sounds while any finger, the mouse or a computer key holds it.
  const hold = (who, index) => {
    const before = held.get(who);
    if (before === index) return;
    if (index === undefined || index < 0) held.delete(who); else held.set(who, index);
    if (before !== undefined && ![...held.values()].includes(before)) up(before);
    if (index !== undefined && index >= 0) down(index);
  };
  const under = (event) => {
    const found = (root.getRootNode().elementFromPoint ? root.getRootNode() : document).elementFromPoint(event.clientX, event.clientY);
    return buttons.findIndex((key) => key.contains(found));
  };
  keys.addEventListener('pointerdown', (event) => {
    event.target.releasePointerCapture?.(event.pointerId);
    hold(event.pointerId, under(event));
  });
  const document_ = root.ownerDocument;
  document_.addEventListener('pointermove', (event) => { if (held.has(event.pointerId)) hold(event.pointerId, under(event)); });
  for (const kind of ['pointerup', 'pointercancel']) document_.addEventListener(kind, (event) => hold(event.pointerId));
  buttons.forEach((key, index) => {
    key.addEventListener('keydown', (event) => { if (['Enter', ' '].includes(event.key) && !event.repeat) { event.preventDefault(); hold(event.code, index); } });
    key.addEventListener('keyup', (event) => { if (['Enter', ' '].includes(event.key)) hold(event.code); });
  });
  // On a page of its own the piano hears every key; in a notebook only while it has the focus.
  const listener = host.alone ? document_ : keys;
  listener.addEventListener('keydown', (event) => {
    const index = COMPUTER_KEYS.indexOf(event.code);
    if (index < 0 || index >= notes.length || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) hold(event.code, index);
  });
  listener.addEventListener('keyup', (event) => hold(event.code));
  window.addEventListener('blur', () => { for (const who of [...held.keys()]) hold(who); });
  if (!host.alone) keys.addEventListener('pointerdown', (event) => event.target.closest('button')?.focus());
}

// The studio: steps at the left, the picture at the right. The page holds the steps; Python computes.
function studio(root, host) {
  const operations = new Map();
  const know = (told) => told.forEach((one) => operations.set(one.name, one));
  know(host.start.operations);
  let names = host.start.images;
  // A further image is opened by a dialog of its own, and becomes a choice of every step.
  const images = {
    names: () => names,
    open: () => new Promise((resolve) => {
      const field = h('input', {type: 'file', accept: 'image/*,.tif,.tiff,.npy', hidden: true, className: 'opsin-further'});
      field.addEventListener('change', async () => {
        const file = field.files[0];
        field.remove();
        const answer = file && await request({add: file.name}, await file.arrayBuffer());
        if (answer) names = answer[0].images;
        resolve(answer ? answer[0].added : null);
      });
      field.addEventListener('cancel', () => { field.remove(); resolve(null); });
      root.append(field);
      field.click();
    }),
  };
  let name = host.start.name, steps = [], serial = 0, past = [], future = [], recent = null, touched = null, lost = '';
  root.classList.add('opsin-studio');

  const button = (text, label, act, key) => h('button', {type: 'button', textContent: text, title: key ? `${label} (${key})` : label, 'aria-label': label, onclick: act});
  const failure = h('div', {className: 'opsin-error', role: 'alert'}), status = h('span', {role: 'status'}), place = h('span', {className: 'opsin-place'}), beside = h('div', {className: 'opsin-beside'});
  const list = h('ol', {className: 'opsin-steps'});
  const seen = () => ({steps: steps.map(({operation, values, on}) => ({operation, values, on})), draw: picture.asked(), at: picture.under, plane: planes.chosen, before: wipe.on});
  const look = () => questions.ask(seen());
  const wipe = {on: false, at: 0.5};
  const picture = new Picture(() => questions.ask(seen()), (row, column) => { if (row < 0) place.textContent = ''; else questions.ask({steps: seen().steps, at: [row, column], plane: planes.chosen}); });
  picture.wipe = wipe;
  const histogram = new Histogram();
  const planes = new Planes(() => questions.ask(seen()));

  const questions = new Questions(host, (reply, parts, message) => {
    if (reply.failure) { failure.textContent = lost = reply.failure; return; }
    if (failure.textContent === lost) failure.textContent = '';
    if (reply.errors) steps.forEach((step, index) => { if (step.error) step.error.textContent = reply.errors?.[index] ?? ''; step.box?.classList.toggle('opsin-fails', Boolean(reply.errors?.[index])); });
    if (reply.size) showImage(reply, parts, message, {picture, histogram, status, place});
    if (reply.picture && (reply.before || reply.unfinished === undefined)) picture.setBefore(reply.before, parts[1]);
    if (reply.unfinished !== undefined) return;
    planes.show(reply);
    showBeside(beside, reply);
  }, seen);
  // What is asked apart from the picture waits for its own answer.
  const request = async (message, content) => {
    failure.textContent = '';
    try {
      let [reply, parts] = await host.ask(message, content);
      while (reply.unfinished !== undefined) {
        questions.show(reply.unfinished);
        await new Promise((resolve) => setTimeout(resolve, 50));
        [reply, parts] = await host.ask({...message, rest: true}, content);
      }
      questions.show();
      if (!reply.failure) return [reply, parts];
      failure.textContent = reply.failure.replace(/^ValueError: /, '');
    } catch (error) {
      failure.textContent = `No answer from Python: ${error.message}`;
    }
    return null;
  };

  // Steps, and what was before.
  const state = () => JSON.stringify(steps.map(({operation, values, on, key}) => ({operation, values, on, key})));
  let now = '[]';
  const commit = (what) => {
    const next = state();
    if (next === now) return;
    // The positions that a slider passes are one change.
    if (!(what && what === recent && Date.now() - touched < 1000)) past.push(now);
    recent = what;
    touched = Date.now();
    now = next;
    future = [];
    tools();
    look();
  };
  const restore = (text) => {
    const old = new Map(steps.map((step) => [step.key, step]));
    steps = JSON.parse(text).map((told) => {
      const step = old.get(told.key);
      if (!step || step.operation !== told.operation) return made(told);
      step.on = told.on;
      step.controls.update(told.values);
      return step;
    });
    now = text;
    recent = null;
    arrange();
    look();
  };
  const undo = () => { if (past.length) { future.push(now); restore(past.pop()); } };
  const redo = () => { if (future.length) { past.push(now); restore(future.pop()); } };

  function made({operation, values, on, key}) {
    const declared = operations.get(operation), step = {operation, values: {...structuredClone(declared.values), ...values}, on, key: key ?? ++serial};
    serial = Math.max(serial, step.key);
    step.error = h('div', {className: 'opsin-error', role: 'alert'});
    step.controls = controlsOf(declared.controls, step.values, (_, which) => commit(`${step.key}.${which}`), images);
    step.switch = h('input', {type: 'checkbox', title: 'on or off', 'aria-label': `${declared.title} on`});
    step.switch.addEventListener('change', () => { step.on = step.switch.checked; arrange(); commit(); });
    const act = (text, label, change) => button(text, `${label} ${declared.title}`, () => { change(steps.indexOf(step)); arrange(); commit(); });
    step.up = act('↑', 'move up', (index) => { if (index > 0) steps.splice(index - 1, 2, step, steps[index - 1]); });
    step.down = act('↓', 'move down', (index) => { if (index < steps.length - 1) steps.splice(index, 2, steps[index + 1], step); });
    const copy = act('×2', 'duplicate', (index) => steps.splice(index + 1, 0, made({operation, values: step.values, on: true})));
    const remove = act('✕', 'remove', (index) => { steps.splice(index, 1); (steps[Math.min(index, steps.length - 1)]?.remove ?? field).focus(); });
    step.remove = remove;
    step.box = h('li', {className: 'opsin-step'}, h('div', {className: 'opsin-head'}, step.switch, h('h3', {textContent: declared.title, title: declared.help}), step.up, step.down, copy, remove), h('p', {textContent: declared.help}), step.controls, step.error);
    return step;
  }
  function arrange() {
    const focused = document.activeElement;
    list.replaceChildren(...steps.map((step) => step.box));
    steps.forEach((step, index) => {
      step.switch.checked = step.on;
      step.box.classList.toggle('opsin-off', !step.on);
      step.up.disabled = index === 0;
      step.down.disabled = index === steps.length - 1;
    });
    if (list.contains(focused)) focused.focus();
    empty.hidden = steps.length > 0;
    tools();
  }
  const add = (operation) => {
    const step = made({operation, values: {}, on: true});
    steps.push(step);
    arrange();
    commit();
    step.box.scrollIntoView({block: 'nearest'});
    step.box.querySelector('input[type=range], select, input[type=number], input[type=text]')?.focus();
  };

  // Find an operation by typing.
  const found = h('ul', {id: 'opsin-found', className: 'opsin-found', role: 'listbox', hidden: true, 'aria-label': 'operations'});
  const field = h('input', {type: 'text', className: 'opsin-find', placeholder: 'Add a step: blur, threshold, resize, …', 'aria-label': 'add a step', role: 'combobox', 'aria-controls': 'opsin-found', 'aria-expanded': 'false', autocomplete: 'off'});
  let chosen = 0, matches = [];
  const rank = (one, words) => {
    let total = 0;
    for (const word of words) {
      const own = one.title.split('_');
      if (own.includes(word)) total += 0;
      else if (own.some((part) => part.startsWith(word))) total += 1;
      else if (one.title.includes(word)) total += 2;
      else if (one.subject.includes(word)) total += 3;
      else if (one.others.includes(word)) total += one.help.toLowerCase().includes(word) ? 3.5 : 4;
      else if (one.help.toLowerCase().includes(word)) total += 5;
      else return null;
    }
    return total;
  };
  const suggest = () => {
    const words = field.value.toLowerCase().split(/[\s_]+/).filter(Boolean);
    matches = [...operations.values()].map((one) => [rank(one, words), one]).filter(([total]) => total !== null).sort((one, other) => one[0] - other[0] || one[1].title.length - other[1].title.length).map(([, one]) => one);
    chosen = 0;
    found.replaceChildren(...matches.map((one, index) => {
      const item = h('li', {role: 'option', id: `opsin-option-${index}`}, h('b', {textContent: one.title}), h('span', {textContent: ` ${one.subject}`, className: 'opsin-unit'}), h('div', {textContent: one.help}));
      item.addEventListener('pointerdown', (event) => { event.preventDefault(); pick(one); });
      return item;
    }));
    if (!matches.length) found.append(h('li', {textContent: 'There is no such operation.'}));
    show(true);
    mark();
  };
  const show = (visible) => { found.hidden = !visible; field.setAttribute('aria-expanded', String(visible)); };
  const mark = () => {
    [...found.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === chosen && matches.length > 0)));
    field.setAttribute('aria-activedescendant', matches.length ? `opsin-option-${chosen}` : '');
    found.children[chosen]?.scrollIntoView({block: 'nearest'});
  };
  const pick = (one) => { field.value = ''; show(false); add(one.name); };
  field.addEventListener('input', suggest);
  field.addEventListener('focus', suggest);
  field.addEventListener('blur', () => show(false));
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { chosen = Math.min(Math.max(chosen + (event.key === 'ArrowDown' ? 1 : -1), 0), matches.length - 1); mark(); }
    else if (event.key === 'Enter' && matches[chosen] && !found.hidden) pick(matches[chosen]);
    else if (event.key === 'Escape') { show(false); field.value = ''; }
    else return;
    event.preventDefault();
  });

  // Images: by the dialog, by dropping, by pasting, and samples.
  const took = (answer) => {
    if (!answer) return;
    name = answer[0].name;
    names = answer[0].images;
    know(answer[0].operations); // the sliders of gray levels have another range
    title.textContent = name;
    document.title = `${name} - opsin`;
    picture.size = null;
    planes.box.hidden = true;
    planes.number.textContent = '';
    look();
  };
  const take = async (file) => {
    if (!file) return;
    if (/\.toml$/i.test(file.name)) { load(file); return; }
    status.textContent = `reading ${file.name}`;
    took(await request({open: file.name || 'pasted.png'}, await file.arrayBuffer()));
  };
  const load = async (file) => {
    const answer = await request({load: file.name}, await file.arrayBuffer());
    if (answer) { steps = answer[0].steps.map(made); arrange(); commit(); }
  };
  const dialog = h('input', {type: 'file', accept: 'image/*,.tif,.tiff,.npy,.toml', hidden: true});
  dialog.addEventListener('change', () => { take(dialog.files[0]); dialog.value = ''; });
  const sample = h('select', {'aria-label': 'open a sample'}, h('option', {value: '', textContent: 'Sample…'}), ...host.start.samples.map((one) => h('option', {value: one, textContent: one.replaceAll('_', ' ')})));
  sample.addEventListener('change', async () => { const one = sample.value; sample.value = ''; if (one) took(await request({sample: one})); });
  root.addEventListener('dragover', (event) => { event.preventDefault(); root.classList.add('opsin-drop'); });
  root.addEventListener('dragleave', (event) => { if (!root.contains(event.relatedTarget)) root.classList.remove('opsin-drop'); });
  root.addEventListener('drop', (event) => { event.preventDefault(); root.classList.remove('opsin-drop'); take(event.dataTransfer.files[0]); });
  document.addEventListener('paste', (event) => {
    const file = [...event.clipboardData.files][0];
    if (file) { event.preventDefault(); take(file); }
  });

  // What is taken home.
  const keep = (text, file) => {
    const link = h('a', {href: URL.createObjectURL(text instanceof Blob ? text : new Blob([text])), download: file});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const texts = {code: ['Python', 'steps.py'], command: ['Command line', ''], recipe: ['Recipe: for opsin.Pipeline.load and opsin apply --recipe', 'steps.toml']};
  const program = h('dialog', {className: 'opsin-dialog', 'aria-label': 'the program of these steps'});
  const exported = async () => {
    const answer = await request({export: seen().steps});
    if (!answer) return;
    program.replaceChildren(h('h2', {textContent: 'The program of these steps'}), ...Object.entries(texts).filter(([key]) => answer[0][key]).map(([key, [label, file]]) => {
      const box = h('pre', {textContent: answer[0][key], tabIndex: 0});
      box.dataset.form = key;
      const copy = button('Copy', `copy ${label}`, async () => { await navigator.clipboard.writeText(answer[0][key]); copy.textContent = 'Copied'; });
      return h('section', {}, h('div', {className: 'opsin-head'}, h('h3', {textContent: label}), copy, ...(file ? [button('Save', `save ${label}`, () => keep(answer[0][key], file))] : [])), box);
    }), h('form', {method: 'dialog'}, h('button', {textContent: 'Close'})));
    program.showModal();
  };
  const saved = async () => {
    const answer = await request({save: seen().steps});
    if (answer) keep(new Blob([answer[1][0]]), answer[0].name);
  };

  const title = h('h1', {textContent: name});
  const undoing = button('↶ Undo', 'undo', undo, 'Ctrl+Z'), redoing = button('↷ Redo', 'redo', redo, 'Ctrl+Shift+Z');
  const tools = () => { undoing.disabled = !past.length; redoing.disabled = !future.length; };
  const compare = h('input', {type: 'checkbox', id: 'opsin-before'});
  const divider = h('input', {type: 'range', min: 0, max: 1, step: 0.005, value: 0.5, hidden: true, 'aria-label': 'where before ends and after begins'});
  compare.addEventListener('change', () => { wipe.on = compare.checked; divider.hidden = !wipe.on; if (!wipe.on) picture.setBefore(null); look(); });
  divider.addEventListener('input', () => { wipe.at = +divider.value; picture.draw(); });
  const empty = h('p', {className: 'opsin-unit', textContent: 'There are no steps yet. Type above what to do; each step then has its controls here, and the picture follows.'});
  const open = button('Open…', 'open an image or a recipe', () => dialog.click(), 'Ctrl+O, or drop or paste one');
  root.append(
    h('header', {className: 'opsin-bar'}, open, sample, dialog, title, h('span', {className: 'opsin-fill'}), undoing, redoing, button('1:1', 'show pixels in their size', () => picture.exactly(), '1'), button('Fit', 'show the whole image', () => picture.fit(), '0'),
      h('label', {for: 'opsin-before'}, compare, ' Before / after'), button('Save image', 'save the result at full size', saved, 'Ctrl+S'), button('Program…', 'show the program of these steps', exported, 'Ctrl+E')),
    h('main', {className: 'opsin-main'},
      h('aside', {'aria-label': 'steps'}, h('div', {className: 'opsin-search'}, field, found), empty, list),
      h('section', {className: 'opsin-stage', 'aria-label': 'result'}, failure, picture.canvas, divider, h('div', {className: 'opsin-status'}, status, questions.bar, place), planes.box, histogram.canvas, beside)),
    program);
  document.addEventListener('keydown', (event) => {
    const typing = /^(text|number|search)$/.test(event.target.type ?? '');
    if (!(event.ctrlKey || event.metaKey)) {
      if (event.key === '/' && !typing) { event.preventDefault(); field.focus(); }
      return;
    }
    const act = {z: event.shiftKey ? redo : undo, y: redo, s: saved, e: exported, o: () => dialog.click()}[event.key.toLowerCase()];
    if (!act || (typing && event.key.toLowerCase() === 'z')) return;
    event.preventDefault();
    act();
  });
  document.title = `${name} - opsin`;
  arrange();
  look();
}

const VIEWS = {explore, piano, studio};

// The host of a notebook: anywidget.
function render({model, el}) {
  const waiting = new Map();
  let last = 0;
  const host = {
    start: model.get('start'),
    alone: false,
    ask(message, content) {
      return new Promise((resolve) => {
        waiting.set(++last, resolve);
        model.send({id: last, message}, undefined, content ? [content] : []);
      });
    },
  };
  const receive = (message, buffers) => {
    if (message.changed) host.changed?.(message.changed);
    else if (waiting.has(message.id)) {
      waiting.get(message.id)([message.reply, buffers ?? []]);
      waiting.delete(message.id);
    }
  };
  model.on('msg:custom', receive);
  const root = rootOf(el);
  VIEWS[model.get('kind')](root, host);
  return () => {
    model.off('msg:custom', receive);
    root.opsinAudio?.context.close();
  };
}

// The host of a page of its own: the server of `opsin._page.server`.
async function post(message, content = new Uint8Array()) {
  const head = new TextEncoder().encode(JSON.stringify(message)), size = new Uint8Array(new Uint32Array([head.length]).buffer);
  const response = await fetch('./ask', {method: 'POST', body: new Blob([size, head, content])});
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const bytes = await response.arrayBuffer(), length = new DataView(bytes).getUint32(0, true);
  const {reply, lengths} = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
  let position = 4 + length;
  return [reply, lengths.map((one) => new Uint8Array(bytes, (position += one) - one, one))];
}

export async function open(parent) {
  const [told] = await post({start: true});
  const host = {start: told.start, alone: true, ask: post};
  parent.style.margin = 0;
  parent.style.colorScheme = 'light dark';
  const root = rootOf(parent);
  root.style.minHeight = '100vh';
  VIEWS[told.kind](root, host);
  // What Python changes, until the server ends; one request that fails does not tell that it has.
  let {count} = told.start, failed = 0;
  while (count !== undefined && host.changed && failed < 3) {
    const answer = await post({later: count}).catch(() => null);
    if (!answer) {
      failed += 1;
      await new Promise((done) => setTimeout(done, 300));
      continue;
    }
    failed = 0;
    ({count} = answer[0]);
    if (answer[0].changed) host.changed(answer[0].changed);
  }
}

export default {render};
