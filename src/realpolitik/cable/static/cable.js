"use strict";
(function () {
  var source = document.getElementById("cable-data");
  if (!source || !window.echarts) return;
  var data = JSON.parse(source.textContent);
  var INK = "#16202a", MUTE = "#5d6873", RULE = "#e3e7ea", DAY = 864e5;
  var FONT = getComputedStyle(document.body).fontFamily;
  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  var charts = [];

  function digits(x) {
    if (x === null || x === undefined) return "–";
    return (+x.toPrecision(x < 10 ? 2 : 3)).toLocaleString("en");
  }
  function clock(ms) {
    var d = new Date(ms), hours = d.getUTCHours();
    var day = d.getUTCDate() + " " + MONTHS[d.getUTCMonth()];
    return hours || d.getUTCMinutes() ? day + " " + ("0" + hours).slice(-2) + ":" + ("0" + d.getUTCMinutes()).slice(-2) : day;
  }
  function percent(p) {
    return p === null ? "–" : p < 0.01 ? "<1%" : p > 0.99 ? ">99%" : Math.round(100 * p) + "%";
  }
  function element(tag, text) {
    var node = document.createElement(tag);
    if (text !== undefined) node.appendChild(document.createTextNode(text));
    return node;
  }
  // One bad chart must not take the others with it: its table still stands.
  function safely(draw, subject) {
    try { draw(subject); } catch (error) { if (window.console) console.error(error); }
  }
  function begin(id) {
    var box = document.getElementById(id);
    box.classList.add("on");
    while (box.firstChild) box.removeChild(box.firstChild);
    var chart = echarts.init(box, null, { renderer: "svg" });
    charts.push(chart);
    // With a viewBox the drawing scales on paper, where no script can measure the page.
    chart.on("finished", function () {
      var svg = box.querySelector("svg");
      if (svg) svg.setAttribute("viewBox", "0 0 " + chart.getWidth() + " " + chart.getHeight());
    });
    return chart;
  }

  // The first round number of four or five even steps above x: bands are drawn by hand, so the axis cannot see them.
  function ceiling(x) {
    if (!(x > 0)) return { step: 1, top: 1 };
    var step = Math.pow(10, Math.floor(Math.log10(x / 4)));
    step *= [1, 2, 5, 10].filter(function (k) { return k * step >= x / 4.6; })[0];
    return { step: step, top: Math.ceil(x / step) * step };
  }

  /* ---- fans ---- */
  var fans = [];
  function polygon(times, fan, floor) {
    return function (params, api) {
      var up = [], down = [];
      times.forEach(function (t, i) {
        if (fan.low[i] === null || fan.high[i] === null) return;
        up.push(api.coord([t, Math.max(fan.high[i], floor)]));
        down.push(api.coord([t, Math.max(fan.low[i], floor)]));
      });
      return { type: "polygon", shape: { points: up.concat(down.reverse()) }, style: api.style({ stroke: null }) };
    };
  }
  function error(params, api) {
    var low = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)]);
    var style = { stroke: INK, lineWidth: 1.3 };
    function line(x1, y1, x2, y2) { return { type: "line", shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: style }; }
    return { type: "group", children: [line(low[0], low[1], high[0], high[1]),
      line(low[0] - 3, low[1], low[0] + 3, low[1]), line(high[0] - 3, high[1], high[0] + 3, high[1])] };
  }
  function redraw(state) {
    var fan = state.fan, floor = state.log ? 1 : 0, series = [], top = 0;
    data.accounts.forEach(function (account) {
      var path = fan.fans[account.name];
      if (!account.on || !path) return;
      path.high.forEach(function (x) { top = Math.max(top, x || 0); });
      series.push({ type: "custom", silent: true, clip: true, z: 1, color: account.colour, itemStyle: { opacity: 0.16 }, tooltip: { show: false },
        renderItem: polygon(fan.times, path, floor), data: [[fan.times[0], path.high[0]]] });
      series.push({ type: "line", name: account.name, showSymbol: false, z: 3, color: account.colour,
        lineStyle: { width: 2, type: account.line }, emphasis: { disabled: true },
        data: fan.times.map(function (t, i) { return [t, path.median[i] === null ? null : Math.max(path.median[i], floor), path.low[i], path.high[i]]; }) });
    });
    var seen = fan.observed.filter(function (o) { return o.time !== null && (o.value !== null || o.low !== null || o.high !== null); });
    var bars = [], dots = seen.map(function (o) {
      var low = o.low === null ? o.value : o.low, high = o.high === null ? o.value : o.high;
      var mid = o.value !== null && isFinite(o.value) ? o.value : low === null ? high : high === null ? low : (low + high) / 2;
      if (low !== null && high !== null && high > low) bars.push([o.time, Math.max(low, floor), Math.max(high, floor)]);
      top = Math.max(top, high === null ? mid : high);
      return { value: [o.time, Math.max(mid, floor)], note: o.id + (o.grade ? ", " + o.grade : "") + (o.by ? ", " + o.by : "") + ": " + o.said };
    });
    series.push({ type: "custom", silent: true, clip: true, z: 4, renderItem: error, data: bars, tooltip: { show: false } });
    series.push({ type: "scatter", name: "evidence", symbol: "diamond", symbolSize: 9, z: 5, color: "#fff", clip: true,
      itemStyle: { borderColor: INK, borderWidth: 1.5 }, data: dots, emphasis: { disabled: true } });
    var even = ceiling(top), span = fan.times[fan.times.length - 1] - fan.times[0];
    state.chart.setOption({
      animation: false, useUTC: true, textStyle: { fontFamily: FONT },
      grid: { left: 8, right: 14, top: 14, bottom: 6, containLabel: true },
      xAxis: { type: "time", min: fan.times[0], max: fan.times[fan.times.length - 1], minInterval: DAY,
        splitNumber: Math.max(2, Math.min(7, Math.floor(state.chart.getWidth() / 75), Math.round(span / DAY))),
        axisLine: { lineStyle: { color: INK } }, axisTick: { length: 4 }, splitLine: { show: false },
        axisLabel: { color: MUTE, hideOverlap: true, formatter: clock } },
      yAxis: { type: state.log ? "log" : "value", min: floor, max: state.log ? Math.pow(10, Math.ceil(Math.log10(Math.max(top, 10)))) : even.top, interval: state.log ? null : even.step,
        splitNumber: 4, axisLabel: { color: MUTE, formatter: function (x) { return state.log && x === 1 ? "≤1" : x.toLocaleString("en"); } },
        splitLine: { lineStyle: { color: RULE } } },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, borderColor: RULE, textStyle: { color: INK, fontSize: 12, fontFamily: FONT },
        axisPointer: { type: "line", snap: false, lineStyle: { color: MUTE, type: "dotted" }, label: { show: false } },
        formatter: function (points) {
          points = [].concat(points);
          var lines = points.filter(function (p) { return p.seriesType === "line"; }).map(function (p) {
            return p.seriesName + ": " + digits(p.value[1]) + " (" + digits(p.value[2]) + " to " + digits(p.value[3]) + ")";
          });
          var at = points.length ? points[0].axisValue : null;
          dots.forEach(function (d) { if (at !== null && Math.abs(d.value[0] - at) < span / 120) lines.push(d.note); });
          return (at === null ? "" : clock(at) + "\n") + lines.join("\n");
        } },
      series: series
    }, true);
  }
  function fanChart(fan) {
    var state = { fan: fan, chart: begin(fan.id), log: fan.log };
    fans.push(state);
    redraw(state);
    var button = element("button");
    function name() { button.textContent = state.log ? "log scale" : "linear scale"; button.setAttribute("aria-label", "Change scale, now " + button.textContent); }
    button.type = "button";
    button.onclick = function () { state.log = !state.log; name(); redraw(state); };
    name();
    document.getElementById(fan.id).parentNode.querySelector("figcaption").appendChild(button);
  }
  function pick() {
    var box = document.getElementById("pick");
    data.accounts.forEach(function (account) {
      var button = element("button"), mark = element("i");
      mark.className = "swatch";
      mark.style.background = account.colour;
      button.type = "button";
      button.appendChild(mark);
      button.appendChild(document.createTextNode(account.name));
      button.setAttribute("aria-pressed", account.on);
      button.onclick = function () {
        account.on = !account.on;
        button.setAttribute("aria-pressed", account.on);
        fans.forEach(function (state) { safely(redraw, state); });
      };
      box.appendChild(button);
    });
    box.hidden = false;
  }

  /* ---- map ---- */
  function mapChart(map) {
    var xs = map.places.map(function (p) { return p.x; }), ys = map.places.map(function (p) { return p.y; });
    var box = document.getElementById(map.id), padX = 60, padY = 44, current = map.leader;
    var wide = Math.max(Math.max.apply(null, xs) - Math.min.apply(null, xs), 1e-3) * map.squeeze;
    var tall = Math.max(Math.max.apply(null, ys) - Math.min.apply(null, ys), 1e-3);
    function fit() { box.style.height = Math.max(240, Math.min(560, (box.clientWidth - 2 * padX) * tall / wide + 2 * padY + 40)) + "px"; }
    fit();
    var chart = begin(map.id);
    // Names stand below, above, right or left of their dots, the large dots' first; where all are taken the table has the name.
    function labels(dots) {
      var W = chart.getWidth(), H = chart.getHeight(), pen = document.createElement("canvas").getContext("2d");
      var x0 = Math.min.apply(null, xs), x1 = Math.max.apply(null, xs), y0 = Math.min.apply(null, ys), y1 = Math.max.apply(null, ys);
      if (pen) pen.font = "11px " + FONT;
      var spots = dots.map(function (d) {
        return { x: padX + (W - 2 * padX) * (x1 > x0 ? (d.value[0] - x0) / (x1 - x0) : 0.5), r: size(d.value) / 2,
          y: padY + (H - 2 * padY - 40) * (y1 > y0 ? (y1 - d.value[1]) / (y1 - y0) : 0.5) };
      });
      var taken = spots.map(function (s) { return [s.x - s.r, s.y - s.r, s.x + s.r, s.y + s.r]; });
      dots.forEach(function (d, i) {
        var s = spots[i], w = (pen ? pen.measureText(d.name).width : 6.2 * d.name.length) + 2, h = 14, gap = s.r + 3;
        d.label = { show: false };
        [["bottom", s.x - w / 2, s.y + gap], ["top", s.x - w / 2, s.y - gap - h], ["right", s.x + gap, s.y - h / 2], ["left", s.x - gap - w, s.y - h / 2]]
          .some(function (at) {
            var b = [at[1], at[2], at[1] + w, at[2] + h];
            var free = b[0] >= 0 && b[1] >= 0 && b[2] <= W && b[3] <= H - 34 && !taken.some(function (t, j) {
              return j !== i && b[0] < t[2] && t[0] < b[2] && b[1] < t[3] && t[1] < b[3];
            });
            if (free) { d.label = { show: true, position: at[0] }; taken.push(b); }
            return free;
          });
      });
      return dots;
    }
    var most = 1;
    function size(v) { return 8 + Math.min(40, chart.getWidth() / 16) * Math.sqrt((v[3] || 0) / most); }
    function draw() {
      map.places.forEach(function (p) { map.names.forEach(function (n) { most = Math.max(most, p.accounts[n][1] || 0); }); });
      chart.setOption({
        animation: false, textStyle: { fontFamily: FONT },
        grid: { left: padX, right: padX, top: padY, bottom: padY + 40 },
        xAxis: { type: "value", show: false, min: Math.min.apply(null, xs), max: Math.max.apply(null, xs) },
        yAxis: { type: "value", show: false, min: Math.min.apply(null, ys), max: Math.max.apply(null, ys) },
        visualMap: { min: 0, max: 1, dimension: 2, orient: "horizontal", left: 12, bottom: 10, itemWidth: 12, itemHeight: 130, calculable: false,
          text: ["100%", "Seat lost 0%"], textStyle: { color: MUTE }, inRange: { color: ["#eef2f5", "#9dc0d8", "#3f7fab", "#0b3a5b"] } },
        tooltip: { renderMode: "richText", confine: true, borderColor: RULE, textStyle: { color: INK, fontSize: 12, fontFamily: FONT },
          formatter: function (p) {
            return p.name + "\nseat lost " + percent(p.value[2]) + "\npeak crowd " + digits(p.value[3]) + "\ndead " + digits(p.value[4]);
          } },
        series: [{ type: "scatter", clip: false,
          symbolSize: size,
          itemStyle: { borderColor: "#0b3a5b", borderWidth: 1, opacity: 0.95 },
          label: { show: true, position: "bottom", distance: 3, color: INK, fontSize: 11, formatter: function (p) { return p.name; } },
          data: labels(map.places.map(function (p) {
            var a = p.accounts[current];
            return { name: p.name, value: [p.x, p.y, a[0], a[1], a[2]] };
          }).sort(function (a, b) { return (b.value[3] || 0) - (a.value[3] || 0); })) }]
      }, true);
    }
    draw();
    var select = document.getElementById("map-account");
    map.names.forEach(function (name) { select.appendChild(element("option", name)); });
    select.value = current;
    select.onchange = function () { current = select.value; draw(); };
    document.getElementById("map-pick").hidden = false;
    window.addEventListener("resize", function () { fit(); chart.resize(); draw(); });
  }

  if (data.fans) {
    data.fans.forEach(function (fan) { safely(fanChart, fan); });
    safely(pick);
  }
  if (data.map) safely(mapChart, data.map);
  function resize() { charts.forEach(function (chart) { chart.resize(); }); }
  window.addEventListener("resize", resize);
})();
