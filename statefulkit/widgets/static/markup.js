// Shows markup that Python wrote (and escaped), and tells Python which part was chosen.
// Parts carry data-key. One of them is in the Tab order; arrows move between them, Enter chooses.
// Of the element with data-pieces Python sends only the pieces that have changed.

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function nearest(from, parts, [dx, dy]) {
  const middle = (part) => {
    const box = part.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const part of parts) {
    const [px, py] = middle(part);
    const along = (px - x) * dx + (py - y) * dy;
    const across = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
    const cost = along + 3 * across;
    if (part !== from && along > 1 && cost < least) [best, least] = [part, cost];
  }
  return best;
}

// The model keeps all pieces, so that a view that comes later has them too.
function initialize({ model }) {
  model.on("msg:custom", ({ changed, order }) => {
    const all = { ...model.get("pieces"), ...changed };
    const names = order ?? Object.keys(all);
    model.set("pieces", Object.fromEntries(names.map((name) => [name, all[name]])));
  });
}

function element(text, parent) {
  const holder = parent.cloneNode(false);
  holder.innerHTML = text;
  return holder.firstElementChild;
}

// A fork may open far below the button that was pressed: it comes into sight.
function arrive(el) {
  if (!el.querySelector("[data-arrives]")) return;
  requestAnimationFrame(() => {
    const lab = el.closest(".statefulkit-lab");
    if (lab?.getBoundingClientRect().top > window.innerHeight / 2) lab.scrollIntoView();
  });
}

function show(model, el) {
  el.classList.add("statefulkit-markup");
  keepKeys(el);
  const parts = () => [...el.querySelectorAll("[data-key]")];

  const stop = (part) => {
    for (const other of parts()) {
      const index = other === part ? "0" : "-1";
      if (other.getAttribute("tabindex") !== index) other.setAttribute("tabindex", index);
    }
  };

  // Repaint, and leave the focus and the place of scrolling where they were.
  const keeping = (repaint) => {
    const active = el.contains(document.activeElement) ? document.activeElement : null;
    const key = active?.closest("[data-key]")?.dataset.key;
    const copying = active?.closest("[data-copy]") != null;
    repaint();
    const found = parts();
    const chosen = found.find((p) => p.ariaPressed === "true" || p.ariaSelected === "true");
    const again = key === undefined ? null : found.find((p) => p.dataset.key === key);
    stop(again ?? chosen ?? found[0]);
    if (key !== undefined) (again ?? chosen ?? found[0])?.focus({ preventScroll: true });
    if (copying) el.querySelector("[data-copy]")?.focus({ preventScroll: true });
  };

  let drawn = new Map(); // name → [text, element]

  const place = (parent) => {
    const before = drawn;
    drawn = new Map();
    for (const [name, text] of Object.entries(model.get("pieces") ?? {})) {
      const old = before.get(name);
      drawn.set(name, old?.[0] === text ? old : [text, element(text, parent)]);
    }
    const nodes = [...drawn.values()].map(([, node]) => node);
    const names = [...before.keys()];
    if (!parent.firstChild || String(names) !== String([...drawn.keys()])) {
      parent.replaceChildren(...nodes);
      return;
    }
    for (const [i, name] of names.entries()) {
      const old = before.get(name)[1];
      if (old !== nodes[i]) old.replaceWith(nodes[i]);
    }
  };
  const placed = () => el.querySelector("[data-pieces]");
  const patch = () => placed() && keeping(() => place(placed()));

  const paint = () =>
    keeping(() => {
      const scroller = el.firstElementChild;
      const [left, top] = [scroller?.scrollLeft ?? 0, scroller?.scrollTop ?? 0];
      el.innerHTML = model.get("markup");
      if (placed()) place(placed());
      el.firstElementChild?.scrollTo?.(left, top);
    });

  const choose = (key, event) => {
    const axis = el.querySelector("[data-axis]")?.getBoundingClientRect();
    const share = axis && event.clientX ? (event.clientX - axis.x) / axis.width : null;
    model.send({ key, share });
  };

  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      el.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
  };

  // A repaint between press and release makes the click one on nothing: so the press is remembered.
  let pressed;
  el.addEventListener("pointerdown", (event) => {
    pressed = event.target.closest("[data-key]")?.dataset.key;
  });

  el.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) return void copy(button);
    const part =
      event.target.closest("[data-key]") ?? parts().find((p) => p.dataset.key === pressed);
    pressed = undefined;
    if (part) stop(part);
    if (part) part.focus({ preventScroll: true });
    if (part || event.target.closest("[data-anywhere] svg")) choose(part?.dataset.key ?? "", event);
  });

  el.addEventListener("keydown", (event) => {
    const part = event.target.closest("[data-key]");
    if (!part) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(part.dataset.key, event);
    }
    const found = parts();
    let next = ARROWS[event.key] && nearest(part, found, ARROWS[event.key]);
    if (event.key === "Home") next = found[0];
    if (event.key === "End") next = found[found.length - 1];
    if (ARROWS[event.key] || next) event.preventDefault();
    if (next) {
      stop(next);
      next.focus();
    }
  });

  model.on("change:markup", paint);
  model.on("change:pieces", patch);
  paint();
  return () => {
    model.off("change:markup", paint);
    model.off("change:pieces", patch);
  };
}

export default () => {
  let views = 0;
  return {
    initialize,
    render({ model, el }) {
      const end = show(model, el);
      views += 1;
      if (views === 1) arrive(el); // not again where a fork before it was closed
      return end;
    },
  };
};
