// Shows the values under the pointer; they are those of the tables below. The page is XML as well, so that the
// two characters which are special there do not occur here.
(function () {
  "use strict";
  const tip = document.getElementById("tip");
  const runs = Array.from(document.querySelectorAll("table[data-run]"), function (table) {
    return { name: table.dataset.run, style: table.dataset.style, rows: Array.from(table.tBodies[0].rows) };
  });

  function nearest(run, across, value) {
    const at = function (row) { return Number(row.dataset[across]); };
    const last = run.rows[run.rows.length - 1];
    if (value > at(last) * (1 + 0.75 / run.rows.length)) return null;
    return run.rows.reduce(function (best, row) {
      return Math.abs(at(best) - value) > Math.abs(at(row) - value) ? row : best;
    });
  }

  function add(parent, name, text, style) {
    const child = document.createElement(name);
    child.textContent = text;
    child.className = style;
    return parent.appendChild(child);
  }

  function show(chart, svg, event) {
    const box = svg.getBoundingClientRect();
    const left = Number(svg.dataset.left), right = Number(svg.dataset.right);
    const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
    const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
    const across = chart.classList[0];
    tip.textContent = "";
    runs.forEach(function (run) {
      const row = nearest(run, across, share * Number(chart.dataset.high));
      if (row === null) return;
      const line = add(tip, "div", "", "");
      const swatch = document.querySelector(".legend .swatch").cloneNode(true);
      swatch.setAttribute("class", "swatch curve " + run.style);
      line.appendChild(swatch);
      add(line, "span", run.name + ", epoch " + row.dataset.epochs, "");
      add(line, "span", row.querySelector('[data-quantity="' + chart.dataset.quantity + '"]').textContent, "value");
    });
    const cursor = svg.querySelector(".cursor");
    cursor.setAttribute("x1", left + share * (right - left));
    cursor.setAttribute("x2", left + share * (right - left));
    cursor.style.visibility = "visible";
    tip.style.left = Math.max(4, Math.min(event.clientX + 16, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = Math.max(4, Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)) + "px";
    tip.style.visibility = tip.childElementCount > 0 ? "visible" : "hidden";
  }

  function hide(svg) {
    tip.style.visibility = "hidden";
    svg.querySelector(".cursor").style.visibility = "hidden";
  }

  document.querySelectorAll("figure").forEach(function (chart) {
    const svg = chart.querySelector("svg");
    ["pointerdown", "pointermove"].forEach(function (type) {
      svg.addEventListener(type, function (event) { show(chart, svg, event); });
    });
    ["pointerleave", "pointercancel"].forEach(function (type) {
      svg.addEventListener(type, function () { hide(svg); });
    });
  });

  // How many curves are to be seen, for those who check that a browser draws them.
  document.documentElement.dataset.rendered = Array.from(document.querySelectorAll("figure .curve")).filter(
    function (curve) { return curve.getBoundingClientRect().width > 0; }).length;
})();
