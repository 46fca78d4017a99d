// The explanation graph: zoom, pan, fit, full screen, PNG, boxes that open beside it, replay.
"use strict";

(() => {
  const stage = document.querySelector("[data-graph]");
  const view = stage && stage.querySelector(".graph-view");
  const svg = view && view.querySelector("svg");
  if (!svg) return;

  const natural = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
  const source = new XMLSerializer().serializeToString(svg);
  const box = { x: 0, y: 0, width: natural.width, height: natural.height };
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  stage.classList.add("live");

  // ---- what part of the drawing is seen

  function show() {
    svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
  }

  function unitsPerPixel() {
    return Math.max(box.width / view.clientWidth, box.height / view.clientHeight);
  }

  // The whole drawing, but never larger than life; a long one begins at its right end, where the
  // conclusion is, at a size that can be read.
  function fit(readable) {
    const scale = Math.max(
      natural.width / view.clientWidth, natural.height / view.clientHeight, 1);
    const units = readable ? Math.min(scale, 1.4) : scale;
    box.width = view.clientWidth * units;
    box.height = view.clientHeight * units;
    box.x = box.width >= natural.width ? (natural.width - box.width) / 2 : natural.width - box.width;
    box.y = box.height >= natural.height ? (natural.height - box.height) / 2 : 0;
    if (readable) centre(svg.querySelector(".selected") || svg.querySelector("#n1"));
    show();
  }

  function zoom(factor, x, y) {
    const width = box.width * factor;
    if (width < 120 || width > Math.max(natural.width, natural.height) * 8) return;
    const across = x === undefined ? 0.5 : x / view.clientWidth;
    const down = y === undefined ? 0.5 : y / view.clientHeight;
    box.x += box.width * (1 - factor) * across;
    box.y += box.height * (1 - factor) * down;
    box.width = width;
    box.height *= factor;
    show();
  }

  function move(dx, dy) {
    box.x += dx;
    box.y += dy;
    show();
  }

  function place(node) {
    const shape = node.getBBox();
    const origin = svg.querySelector("#graph0").transform.baseVal.consolidate().matrix;
    return { x: shape.x + origin.e, y: shape.y + origin.f, width: shape.width, height: shape.height };
  }

  // Brings a box into sight; leaves the drawing alone if it is there already.
  function centre(node) {
    if (!node) return;
    const at = place(node);
    const seen = at.x >= box.x && at.y >= box.y
      && at.x + at.width <= box.x + box.width && at.y + at.height <= box.y + box.height;
    if (seen) return;
    const roomX = box.width - at.width, roomY = box.height - at.height;
    box.x = at.x - Math.max(roomX / 2, 0);
    box.y = at.y - Math.max(roomY / 2, 0);
    show();
  }

  // A small drawing takes no more height than it needs.
  function size() {
    const units = Math.max(Math.min(natural.width / view.clientWidth, 1.4), 1);
    const most = innerHeight * (innerWidth < 480 ? 0.52 : 0.62);
    view.style.minHeight = document.fullscreenElement ? ""
      : `${Math.round(Math.min(most, Math.max(natural.height / units + 40, 240)))}px`;
  }

  size();
  fit(true);
  document.addEventListener("fullscreenchange", size);
  addEventListener("beforeprint", () => {
    svg.setAttribute("viewBox", `0 0 ${natural.width} ${natural.height}`);
  });
  addEventListener("afterprint", show);
  let seenWidth = view.clientWidth;
  new ResizeObserver(() => {
    if (!view.clientWidth || !view.clientHeight) return;
    const units = box.width / seenWidth;
    seenWidth = view.clientWidth;
    box.width = view.clientWidth * units;
    box.height = view.clientHeight * units;
    show();
  }).observe(view);

  stage.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    const what = button.dataset.zoom;
    if (what === "in") zoom(1 / 1.3);
    if (what === "out") zoom(1.3);
    if (what === "fit") fit(false);
    if (what === "full") {
      if (document.fullscreenElement) document.exitFullscreen();
      else stage.requestFullscreen();
    }
  });

  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && !document.fullscreenElement) return;
    event.preventDefault();
    const edge = view.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, event.clientX - edge.left, event.clientY - edge.top);
  }, { passive: false });

  view.addEventListener("keydown", (event) => {
    const step = unitsPerPixel() * 60;
    const keys = {
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step),
      "+": () => zoom(1 / 1.3), "=": () => zoom(1 / 1.3), "-": () => zoom(1.3), 0: () => fit(false),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  view.addEventListener("focusin", (event) => centre(event.target.closest("g.node")));

  // ---- one finger or the mouse moves, two fingers zoom

  const fingers = new Map();
  let moved = 0;
  view.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, event);
    moved = 0;
  });
  view.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const units = unitsPerPixel();
    const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
    if (fingers.size === 1) {
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved > 6) {
        view.classList.add("moving");
        if (!view.hasPointerCapture(event.pointerId)) view.setPointerCapture(event.pointerId);
        move(-dx * units, -dy * units);
      }
    } else if (fingers.size === 2) {
      const other = [...fingers.entries()].find(([id]) => id !== event.pointerId)[1];
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const edge = view.getBoundingClientRect();
      moved = 100;
      zoom(apart(before) / Math.max(apart(event), 1),
        (event.clientX + other.clientX) / 2 - edge.left,
        (event.clientY + other.clientY) / 2 - edge.top);
    }
    if (fingers.size > 1 || moved <= 6 || dx || dy) fingers.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    view.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      view.classList.remove("moving");
    });
  }
  view.addEventListener("dragstart", (event) => event.preventDefault());

  // ---- a box opens beside the drawing

  const panel = document.getElementById("node");

  async function open(address) {
    const url = new URL(address, location.href);
    const part = new URL(url);
    part.searchParams.set("part", "node");
    let answer;
    try {
      answer = await fetch(part, { credentials: "same-origin" });
    } catch {
      answer = { ok: false };
    }
    if (!answer.ok) {
      location.assign(url);
      return;
    }
    panel.innerHTML = await answer.text();
    stage.classList.remove("alone");
    if (url.pathname === location.pathname) history.replaceState(null, "", url);
    const key = url.searchParams.get("node");
    for (const node of svg.querySelectorAll("g.node")) {
      const chosen = node.dataset.node === key;
      node.classList.toggle("selected", chosen);
      if (chosen) centre(node);
    }
    if (!matchMedia("(min-width: 60rem)").matches && !document.fullscreenElement) {
      panel.scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const inGraph = event.target.closest(".graph-view g.node a");
    if (inGraph && moved > 6) {
      event.preventDefault();
      return;
    }
    const line = event.target.closest("[data-line]");
    if (line) { // a line of the time line: the picture as it was then
      event.preventDefault();
      stop();
      replay(Number(line.dataset.line));
      stage.scrollIntoView({ block: "nearest" });
      return;
    }
    const link = inGraph || event.target.closest("[data-open-node], .reasons a, .steps a");
    if (!link) return;
    event.preventDefault();
    open(link.getAttribute("href"));
  });

  // ---- PNG

  stage.addEventListener("click", (event) => {
    const button = event.target.closest("[data-png]");
    if (!button) return;
    const scale = Math.min(2, 12000 / natural.width, 12000 / natural.height);
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = document.createElement("canvas");
      canvas.width = Math.ceil(natural.width * scale);
      canvas.height = Math.ceil(natural.height * scale);
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#ffffff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(image, 0, 0, canvas.width, canvas.height);
      const link = document.createElement("a");
      link.download = `canmou-${button.dataset.png}.png`;
      link.href = canvas.toDataURL("image/png");
      link.click();
    });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  });

  // ---- replay

  const steps = [...document.querySelectorAll(".steps > li")];
  const words = stage.querySelector("[data-step-words]");
  let here = 0;
  let playing = null;

  function replay(number) {
    here = Math.max(0, Math.min(number, steps.length));
    const shown = new Set(steps.slice(0, here).flatMap((one) => one.dataset.shown.split(" ")));
    const current = here ? steps[here - 1] : null;
    for (const node of svg.querySelectorAll("g.node")) {
      node.classList.toggle("later", here > 0 && !shown.has(node.id));
      node.classList.toggle("now", current !== null && node.id === current.dataset.box);
    }
    for (const edge of svg.querySelectorAll("g.edge")) {
      edge.classList.toggle("later", here > 0
        && !(shown.has(edge.dataset.from) && shown.has(edge.dataset.to)));
    }
    for (const one of steps) one.classList.toggle("here", one === current);
    for (const one of steps) {
      if (one === current) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    }
    const begin = words.dataset.stepWords.replace("{n}", here).replace("{all}", steps.length);
    words.textContent = current ? begin + current.textContent : "";
    if (current && current.dataset.box) centre(svg.querySelector(`#${current.dataset.box}`));
  }

  function stop() {
    const button = stage.querySelector("[data-step=play]");
    if (playing !== null) {
      clearInterval(playing);
      playing = null;
      button.textContent = button.dataset.play;
    }
  }

  function play() {
    const button = stage.querySelector("[data-step=play]");
    button.dataset.play = button.textContent;
    button.textContent = button.dataset.stop;
    replay(here >= steps.length ? 1 : here + 1);
    playing = setInterval(() => {
      if (here >= steps.length) stop();
      else replay(here + 1);
    }, 2500);
  }

  stage.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const what = button.dataset.step;
    const wasPlaying = playing !== null;
    stop();
    if (what === "first") replay(1);
    if (what === "back") replay(Math.max(here - 1, 1));
    if (what === "next") replay(here + 1);
    if (what === "all") replay(0);
    if (what === "play" && !wasPlaying) play();
  });

  const begin = document.querySelector(".steps[data-begin]");
  if (begin) replay(Number(begin.dataset.begin));
})();
