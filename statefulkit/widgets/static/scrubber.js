// A slider over all moments of history: the browser's own, so keyboard and screen readers know it.

const MOVED = 1000; // milliseconds in which a view that was only moved is there again

function slide(model, el) {
  el.classList.add("statefulkit-scrubber");
  keepKeys(el);
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.setAttribute("aria-label", "Moment in history");
  const words = document.createElement("span");
  words.setAttribute("aria-hidden", "true");
  el.append(slider, words);

  const paint = () => {
    slider.max = String(model.get("last"));
    if (Number(slider.value) !== model.get("value")) slider.value = String(model.get("value"));
    slider.setAttribute("aria-valuetext", model.get("words"));
    words.textContent = model.get("words");
  };
  slider.addEventListener("input", () => {
    model.set("value", Number(slider.value));
    model.save_changes();
  });
  model.on("change", paint);
  paint();
  return () => model.off("change", paint);
}

// Python hears when the last view in this page has gone: time that nobody sees need not pass.
export default () => {
  let views = 0;
  const tell = (model) => {
    try {
      if (views === 0) model.send({ unseen: true });
    } catch {
      // the notebook has been closed, and its kernel may go on
    }
  };
  return {
    render({ model, el }) {
      views += 1;
      const end = slide(model, el);
      return () => {
        end();
        views -= 1;
        setTimeout(tell, MOVED, model);
      };
    },
  };
};
