// The page of opsin: the controls of `opsin.explore`, and the piano of `opsin.audio.piano`.
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

// Asks one question at a time. What is asked meanwhile is merged, and only the last of it is asked.
class Questions {
  constructor(host, answered) {
    Object.assign(this, {host, answered, next: null, busy: false});
  }
  ask(message) {
    this.next = {...this.next, ...message};
    if (!this.busy) this.run();
  }
  async run() {
    this.busy = true;
    while (this.next) {
      const message = this.next;
      this.next = null;
      try {
        const [reply, parts] = await this.host.ask(message);
        this.answered(reply, parts, message);
      } catch (error) {
        this.answered({failure: `No answer from Python: ${error.message}`}, [], message);
      }
    }
    this.busy = false;
  }
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
      const [row, column] = this.at(...this.place(event));
      this.pointed(row, column);
    });
    canvas.addEventListener('pointerleave', () => this.pointed(-1, -1));
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
    const {rows, columns, channels} = told, pixels = new Uint8ClampedArray(rows * columns * 4);
    if (channels === 4) pixels.set(bytes);
    else {
      const words = new Uint32Array(pixels.buffer);
      if (channels === 1) for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | bytes[i] * 0x010101;
      else for (let i = 0, j = 0; i < words.length; i++, j += 3) words[i] = 0xff000000 | bytes[j + 2] << 16 | bytes[j + 1] << 8 | bytes[j];
    }
    this.bitmap ??= document.createElement('canvas');
    this.bitmap.width = columns;
    this.bitmap.height = rows;
    this.bitmap.getContext('2d').putImageData(new ImageData(pixels, columns, rows), 0, 0);
    this.view = told.view;
    this.draw();
  }
  draw() {
    const {canvas, scale, top, left} = this, pen = canvas.getContext('2d');
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!this.bitmap || !this.size) return;
    const [t, l, b, r] = this.view;
    // Pixels are squares when they are magnified.
    pen.imageSmoothingEnabled = scale * (r - l) / this.bitmap.width < 1;
    pen.save();
    pen.beginPath();
    pen.rect(-left * scale, -top * scale, this.size[1] * scale, this.size[0] * scale);
    pen.clip();
    pen.drawImage(this.bitmap, (l - left) * scale, (t - top) * scale, (r - l) * scale, (b - t) * scale);
    pen.restore();
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

// The controls of one step. `changed(values)` is called while a control moves.
function controlsOf(controls, values, changed) {
  const rows = controls.map((control) => {
    const id = `opsin-${++count}`, name = control.name;
    const label = h('label', {for: id, title: control.help, textContent: name.replaceAll('_', ' ')});
    if (control.unit) label.append(' ', h('span', {className: 'opsin-unit', textContent: control.unit}));
    const set = (value) => { values[name] = value; changed(values); };
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
  const status = h('span'), place = h('span'), beside = h('div'), failure = h('div', {className: 'opsin-error', role: 'alert'});
  let changes = 0, played = -1;
  const ask = (more) => questions.ask(more);
  const picture = new Picture(() => ask({draw: picture.asked()}), (row, column) => { if (row < 0) place.textContent = ''; else ask({at: [row, column]}); });
  const histogram = new Histogram(), player = host.start.sound ? new Player(root) : null;
  const plane = h('input', {type: 'range', min: 0, step: 1, 'aria-label': 'plane'});
  const planes = h('div', {className: 'opsin-control', hidden: true}, h('label', {textContent: 'plane'}), plane, h('output'));
  plane.addEventListener('input', () => { planes.lastChild.textContent = plane.value; ask({plane: +plane.value, draw: picture.asked()}); });
  const boxes = steps.map((step, index) => {
    const error = h('div', {className: 'opsin-error', role: 'alert'});
    const controls = controlsOf(step.controls, values[index], () => { changes += 1; ask({values, draw: picture.asked(), change: changes}); });
    const box = h('section', {className: 'opsin-step', 'aria-label': step.title}, h('h3', {textContent: step.title}), ...(step.help ? [h('p', {textContent: step.help})] : []), controls, error);
    return {box, error, controls};
  });
  const questions = new Questions(host, (reply, parts, message) => {
    failure.textContent = reply.failure ?? '';
    if (reply.failure) return;
    boxes.forEach(({error}, index) => { error.textContent = reply.errors[index] ?? ''; });
    if (reply.sound) {
      if (played !== reply.serial) player.show(reply.sound, new Uint8Array(parts[0].buffer, parts[0].byteOffset, parts[0].byteLength), changes > 0);
      played = reply.serial;
      status.textContent = `${reply.sound.duration.toFixed(2)} s, ${reply.sound.rate} Hz · ${reply.milliseconds} ms`;
      return;
    }
    if (reply.size) showImage(reply, parts, message, {picture, histogram, status, place});
    planes.hidden = !reply.planes;
    if (reply.planes && +plane.max !== reply.planes - 1) { plane.max = reply.planes - 1; plane.value = Math.floor(reply.planes / 2); planes.lastChild.textContent = plane.value; }
    showBeside(beside, reply);
  });
  const stage = player ? [player.box, h('div', {className: 'opsin-status'}, status)] : [picture.canvas, h('div', {className: 'opsin-status'}, status, place), planes, histogram.canvas];
  root.append(h('div', {className: 'opsin-explore'}, h('div', {className: 'opsin-stage'}, ...stage, beside, failure), h('div', {className: 'opsin-side'}, ...boxes.map((one) => one.box))));
  host.changed = (told) => {
    told.forEach((own, index) => boxes[index].controls.update(own));
    ask({values, draw: picture.asked()});
  };
  if (player) ask({values}); else ask({values, draw: picture.asked()});
}

function showImage(reply, parts, message, {picture, histogram, status, place}) {
  picture.marks = {points: reply.points, curves: reply.curves};
  if (reply.picture) {
    const part = parts[0];
    picture.show(reply.picture, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  const shown = JSON.stringify(reply.histogram);
  if (shown !== histogram.shown) {
    histogram.shown = shown;
    histogram.show(reply.histogram && {...reply.histogram, ends: reply.limits});
  }
  status.textContent = [reply.shape.join(' × '), reply.dtype, reply.note, `${reply.milliseconds} ms`].filter(Boolean).join(' · ');
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

const VIEWS = {explore, piano};

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
}

export default {render};
