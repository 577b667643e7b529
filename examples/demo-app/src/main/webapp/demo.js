// SPDX-License-Identifier: Apache-2.0
// Asks the application once a second how things go, and draws the answer.

const POLL_MILLIS = 1000;
const POLL_LIMIT_MILLIS = 3000;
const STATE_TEXT = {
  up: "Up",
  suspected: "Suspected",
  refusing: "Refusing",
  down: "Down",
  probing: "Probing",
  draining: "Draining",
  drained: "Drained",
};

const element = (id) => document.getElementById(id);
const percent = (part, whole) => (whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

function duration(millis) {
  const seconds = Math.floor(millis / 1000);
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const cards = new Map();

function cardOf(name, index) {
  let card = cards.get(name);
  if (!card) {
    card = element("card").content.firstElementChild.cloneNode(true);
    card.dataset.peer = name;
    card.style.setProperty("--peer", `var(--peer-${index % 3})`);
    card.querySelector(".name").textContent = name;
    for (const button of card.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent} ${name}`);
      button.addEventListener("click", () => control(card, button.dataset.action, name));
    }
    element("peers").append(card);
    cards.set(name, card);

    const entry = document.createElement("li");
    entry.innerHTML = '<span class="swatch" aria-hidden="true"></span>';
    entry.style.setProperty("--peer", `var(--peer-${index % 3})`);
    entry.append(name);
    element("legend").append(entry);
  }
  return card;
}

function showPeer(peer, index, stats) {
  const card = cardOf(peer.name, index);
  const state = card.querySelector(".state");
  state.textContent = STATE_TEXT[peer.state] ?? peer.state ?? "Unknown";
  state.className = `state ${peer.state ?? ""}`;

  const since = peer.sinceMillis === undefined ? "" : `for ${duration(peer.sinceMillis)}`;
  const next = peer.state !== "up" && peer.nextCheckMillis >= 0
    ? `, next check in ${duration(peer.nextCheckMillis + 999)}` : "";
  card.querySelector(".since").textContent = since + next;
  const cause = card.querySelector(".cause");
  cause.textContent = peer.cause ?? "";
  cause.title = peer.cause ?? "";

  share(card.querySelector(".recent"), peer.lastTenSeconds, sum(stats.peers.map((each) => each.lastTenSeconds)));
  share(card.querySelector(".overall"), peer.total, sum(stats.peers.map((each) => each.total)));
  card.querySelector(".connections").textContent = peer.connections ?? "–";
}

function share(place, part, whole) {
  place.textContent = percent(part, whole);
  place.parentElement.querySelector(".fill").style.width = whole === 0 ? "0" : `${(100 * part) / whole}%`;
}

async function control(card, action, peer) {
  const buttons = card.querySelectorAll("button");
  const outcome = card.querySelector(".outcome");
  buttons.forEach((button) => (button.disabled = true));
  outcome.className = "outcome";
  outcome.textContent = `${action} …`;
  try {
    const response = await fetch(`control?action=${action}&peer=${encodeURIComponent(peer)}`, {
      method: "POST",
      headers: { "X-Peerage-Demo": "1" },
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(text || `status ${response.status}`);
    }
    outcome.textContent = text;
  } catch (failure) {
    outcome.classList.add("failed");
    outcome.textContent = `${action} failed: ${failure.message}`;
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

function showFigures(stats) {
  const seconds = stats.peers[0].perSecond.length;
  element("throughput").textContent = sum(stats.peers.map((peer) => peer.perSecond[seconds - 1])).toLocaleString("en");
  element("errors").textContent = stats.errors.toLocaleString("en");
  element("errors-box").className = `figure errors ${stats.errors === 0 ? "none" : "some"}`;
  element("latency").textContent = `${stats.maxLatencyMillis.toFixed(stats.maxLatencyMillis < 10 ? 1 : 0)} ms`;
  element("total").textContent = sum(stats.peers.map((peer) => peer.total)).toLocaleString("en");
}

function showErrors(errors) {
  element("errors-panel").hidden = errors.length === 0;
  element("error-list").replaceChildren(...errors.map((error) => {
    const time = document.createElement("time");
    time.dateTime = error.at;
    time.textContent = new Date(error.at).toLocaleTimeString();
    const entry = document.createElement("li");
    entry.title = error.message;
    entry.append(time, error.message);
    return entry;
  }));
}

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 40, right: 8, top: 26, bottom: 22 };
/** Changes of state as {second, text}, drawn as long as they are in the window. */
let events = [];

function svg(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  if (text !== undefined) {
    node.textContent = text;
  }
  return node;
}

/** Returns the least of 1, 2, 5, 10, 20, 50 ... that is not below the number. */
function niceCeiling(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= number);
}

function drawChart(stats) {
  const chart = element("chart");
  const { width, height } = chart.getBoundingClientRect();
  const seconds = stats.peers[0].perSecond.length;
  const totals = Array.from({ length: seconds }, (_, i) => sum(stats.peers.map((peer) => peer.perSecond[i])));
  const step = niceCeiling(Math.max(4, ...totals) / 4);
  const top = step * Math.ceil(Math.max(4, ...totals) / step);
  const x = (i) => MARGIN.left + (i / (seconds - 1)) * (width - MARGIN.left - MARGIN.right);
  const y = (value) => height - MARGIN.bottom - (value / top) * (height - MARGIN.top - MARGIN.bottom);

  const nodes = [];
  for (let value = 0; value <= top; value += step) {
    nodes.push(svg("line", { class: "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) }));
    nodes.push(svg("text", { x: MARGIN.left - 6, y: y(value) + 4, "text-anchor": "end" }, value));
  }
  for (let ago = 0; ago <= seconds; ago += 30) {
    const anchor = ago === 0 ? "end" : ago === seconds ? "start" : "middle";
    const label = ago === 0 ? "now" : `−${ago} s`;
    nodes.push(svg("text", { x: x(Math.max(0, seconds - 1 - ago)), y: height - 5, "text-anchor": anchor }, label));
  }

  let floor = new Array(seconds).fill(0);
  stats.peers.forEach((peer, index) => {
    const ceiling = floor.map((value, i) => value + peer.perSecond[i]);
    const upper = ceiling.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
    const lower = floor.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).reverse();
    nodes.push(svg("path", {
      class: "area",
      d: `M${upper.join("L")}L${lower.join("L")}Z`,
      style: `fill: var(--peer-${index % 3})`,
    }));
    floor = ceiling;
  });

  stats.errorsPerSecond.forEach((count, i) => {
    if (count > 0) {
      nodes.push(svg("rect", { class: "failed", x: x(i) - 2, y: MARGIN.top, width: 4, height: 8 }));
    }
  });

  events = events.filter((event) => event.second > stats.second - seconds);
  let freeFrom = 0;
  for (const event of events) {
    const at = x(seconds - (stats.second - event.second) - 1);
    nodes.push(svg("line", { class: "event", x1: at, x2: at, y1: MARGIN.top - 4, y2: height - MARGIN.bottom }));
    const right = at > width - 110;
    if (at >= freeFrom) {
      nodes.push(svg("text", {
        class: "event-label", x: at + (right ? -2 : 2), y: MARGIN.top - 10, "text-anchor": right ? "end" : "start",
      }, event.text));
      freeFrom = at + 8 * event.text.length;
    }
  }
  chart.replaceChildren(...nodes);
}

const lastStates = new Map();

function noticeChanges(stats) {
  for (const peer of stats.peers) {
    const before = lastStates.get(peer.name);
    // A probe of a down peer is no news: only its outcome is.
    if (before !== undefined && before !== peer.state && peer.state !== "probing") {
      const text = `${peer.name} ${(STATE_TEXT[peer.state] ?? peer.state ?? "unknown").toLowerCase()}`;
      events.push({ second: stats.second, text });
      element("announcement").textContent = text;
    }
    if (peer.state !== "probing") {
      lastStates.set(peer.name, peer.state);
    }
  }
}

let latest = null;
let lastAnswerMillis = performance.now();

function show(stats) {
  latest = stats;
  noticeChanges(stats);
  stats.peers.forEach((peer, index) => showPeer(peer, index, stats));
  showFigures(stats);
  showErrors(stats.recentErrors);
  drawChart(stats);
}

function showConnection(problem) {
  const connection = element("connection");
  document.body.classList.toggle("stale", problem !== null);
  connection.className = `connection ${problem === null ? "live" : "lost"}`;
  connection.textContent = problem === null ? "Live"
    : `No figures for ${duration(performance.now() - lastAnswerMillis)}: ${problem}`;
}

async function poll() {
  try {
    const response = await fetch("stats", { cache: "no-store", signal: AbortSignal.timeout(POLL_LIMIT_MILLIS) });
    if (!response.ok) {
      throw new Error(`the application answered ${response.status}`);
    }
    show(await response.json());
    lastAnswerMillis = performance.now();
    showConnection(null);
  } catch (failure) {
    const late = failure.name === "TimeoutError";
    showConnection(late ? "the application does not answer" : failure.message);
  }
  setTimeout(poll, POLL_MILLIS);
}

addEventListener("resize", () => latest && drawChart(latest));
poll();
