// What makes the pages better where scripts run; every page works without.
"use strict";
(() => {
  const body = document.body;
  const words = JSON.parse(body.dataset.clockWords);
  const skew = Date.parse(body.dataset.now) - Date.now();
  const now = () => Date.now() + skew;
  const fill = (sentence, ...parts) => parts.reduce((told, part) => told.replace("{}", part), sentence);

  // -- clocks ------------------------------------------------------------------------------
  const span = (milliseconds) => {
    const minutes = Math.floor(Math.abs(milliseconds) / 60000);
    const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24, rest = minutes % 60;
    if (days) return hours ? fill(words.daysHours, days, hours) : fill(words.days, days);
    if (hours) return rest ? fill(words.hoursMinutes, hours, rest) : fill(words.hours, hours);
    return fill(words.minutes, minutes);
  };
  const tickClocks = () => {
    for (const clock of document.querySelectorAll("time[data-due]")) {
      const left = Date.parse(clock.dateTime) - now();
      clock.textContent = fill(left > 0 ? words.left : words.late, span(left));
      clock.classList.toggle("late", left <= 0);
    }
    for (const past of document.querySelectorAll("[data-ago]")) {
      const age = now() - Date.parse(past.dataset.ago);
      past.textContent = age < 60000 ? words.just : fill(words.ago, span(age));
    }
  };
  setInterval(tickClocks, 15000);

  // -- parts of a page that are renewed without leaving it ------------------------------------
  const said = document.getElementById("said");
  const say = (text) => { if (said && text && said.textContent !== text) said.textContent = text; };
  const panelSays = () => document.getElementById("panel-said")?.textContent;
  // Tokens differ on every page and clocks tick by themselves: neither is a reason to renew.
  const gist = (part) => part.innerHTML.replace(/<input[^>]*csrf_token[^>]*>/g, "").replace(/(<time[^>]*data-due[^>]*>|data-ago="[^"]*">)[^<]*/g, "$1");
  const busy = (part) => part.contains(document.activeElement) || !(getSelection()?.isCollapsed ?? true);
  const renew = (part, fresh) => {
    if (gist(part) === gist(fresh)) return;
    const open = new Set([...part.querySelectorAll("details[open] > summary")].map((s) => s.textContent));
    part.replaceChildren(...fresh.childNodes);
    for (const summary of part.querySelectorAll("details > summary")) {
      if (open.has(summary.textContent)) summary.parentElement.open = true;
    }
  };
  const renewFrom = (html, asked = false) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const before = panelSays();
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (fresh && (asked || !busy(part))) renew(part, fresh);
    }
    const mistake = page.querySelector("main > .banner.mistake");
    if (mistake) document.getElementById("content").prepend(mistake);
    tickClocks();
    if (panelSays() !== before) say(panelSays());
    return page;
  };
  const get = async (url) => {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer.text();
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-inplace]") || form.dataset.plain) return;
    event.preventDefault();
    const button = event.submitter;
    const sent = new FormData(form, button);
    const place = (sent.get("back") || "").split("#")[1];
    const told = button?.getAttribute("aria-label");
    if (button) button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent });
      if (!answer.ok) throw new Error(String(answer.status));
      renewFrom(await answer.text(), true);
      say(told);
      const where = place && document.getElementById(place);
      const next = where?.querySelector("button, a, summary");
      if (next) next.focus({ preventScroll: true });
    } catch {
      if (button) button.disabled = false;
      form.dataset.plain = "1"; // the plain way shows what is wrong
      form.requestSubmit(button);
    }
  });

  const renewed = document.querySelector("[data-refresh]");
  const panel = document.querySelector("[data-panel]");
  const refresh = async () => {
    if (document.hidden || document.querySelector("dialog[open]")) return;
    try {
      if (renewed) renewFrom(await get(location.pathname + location.search));
      else if (panel) renewFrom(await get(panel.dataset.panel));
    } catch { /* no network now: the clocks go on, the next round tries again */ }
  };
  if (renewed || panel) {
    setInterval(refresh, 60000);
    document.addEventListener("visibilitychange", refresh);
  }

  // -- the search for a type ------------------------------------------------------------------
  for (const search of document.querySelectorAll("input[data-search]")) {
    const target = document.getElementById(search.dataset.searchInto);
    const form = search.form;
    let last = 0;
    const chosen = () => [...new Set([...form.querySelectorAll("input[name=types]:checked")].map((box) => box.value))];
    const find = async () => {
      const turn = ++last;
      const query = new URLSearchParams({ words: search.value });
      for (const value of chosen()) if (value !== "unknown_situation") query.append("types", value);
      try {
        const html = await get(`${search.dataset.search}?${query}`);
        if (turn === last) target.innerHTML = html;
      } catch { /* the button beside the box does the same */ }
    };
    let waiting;
    search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 150); });
    if (search.value && !target.querySelector("input")) find(); // typed before this script ran
    form.addEventListener("change", (event) => {
      const box = event.target;
      if (box.name !== "types") return;
      for (const same of form.querySelectorAll(`input[name=types][value="${CSS.escape(box.value)}"]`)) same.checked = box.checked;
      if (!target.contains(box) && box.value !== "unknown_situation") find();
    });
  }

  // -- controls -------------------------------------------------------------------------------
  document.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && event.target.type !== "radio" && event.target.value) row.querySelector("input[type=radio]").checked = true;
  });
  document.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && event.target.type === "radio") row.querySelector(".inputs input")?.focus();
  });
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      text.select();
      try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
      say(button.textContent = button.dataset.copied);
    });
  }

  // -- on paper, what is folded and has to be done is shown -----------------------------------------
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details[data-print-open], [data-print-open] > details, [data-print-open] .folds > details")].filter((one) => !one.open);
    for (const one of folded) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of folded) one.open = false; });

  // -- nothing typed is lost by leaving the page unawares ------------------------------------------
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
})();
