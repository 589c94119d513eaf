// JupyterLab reads arrows, Enter and letters as commands to the notebook, unless they stop here.
function keepKeys(el) {
  const stop = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  el.addEventListener("keydown", stop);
  requestAnimationFrame(() => {
    const panel = el.closest(".statefulkit-panel");
    if (!panel || panel.dataset.keepsKeys) return;
    panel.dataset.keepsKeys = "yes";
    panel.addEventListener("keydown", stop);
  });
}

