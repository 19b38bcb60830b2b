"use strict";
(() => {
  // <button data-folds="ID" aria-expanded>: shows and hides the menu on narrow screens.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-folds]");
    if (!button) return;
    const open = document.getElementById(button.dataset.folds).classList.toggle("show");
    button.setAttribute("aria-expanded", String(open));
  });

  // <button data-unfolds="ID" aria-expanded>: a small menu under it; Escape and a click elsewhere fold it again, but not in a
  // dialog that it has opened: the focus comes back to it.
  const unfold = (button, open) => {
    document.getElementById(button.dataset.unfolds).hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  document.addEventListener("click", (event) => {
    document.querySelectorAll("[data-unfolds][aria-expanded]").forEach((button) => {
      const menu = document.getElementById(button.dataset.unfolds);
      if (button.contains(event.target)) unfold(button, menu.hidden);
      else if (!menu.contains(event.target) && !event.target.closest("dialog")) unfold(button, false);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    document.querySelectorAll('[data-unfolds][aria-expanded="true"]').forEach((button) => {
      unfold(button, false);
      button.focus();
    });
  });

  // <form data-opens="ID">: htmx fills [data-content] of that dialog, which opens at once and waits with a spinner.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-opens]");
    if (form) document.getElementById(form.dataset.opens).showModal();
  });

  // What a closed dialog had said is old: the next opening begins with the spinner again.
  const beginnings = new Map();
  document.querySelectorAll("dialog [data-content]").forEach((content) => beginnings.set(content, [...content.childNodes]));
  document.addEventListener("close", (event) => {
    const content = event.target.querySelector("[data-content]");
    if (!content) return;
    document.querySelectorAll(`form[data-opens="${event.target.id}"]`).forEach((form) => htmx.trigger(form, "htmx:abort"));
    content.replaceChildren(...beginnings.get(content).map((node) => node.cloneNode(true)));
  }, true);

  // Nobody stays before an endless spinner when the server does not answer.
  for (const trouble of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(trouble, (event) => {
      const waiting = event.detail.target?.querySelector(".waiting");
      if (!event.detail.target?.matches("[data-content]")) {
        if (waiting) waiting.textContent = "Сервер не ответил. Обновите страницу.";
        waiting?.classList.replace("waiting", "field-error");
        return;
      }
      const trouble = document.querySelector('template[data-name="trouble"]');
      event.detail.target.replaceChildren(trouble.content.cloneNode(true));
    });
  }

  // <form data-once>: an impatient second click does not send it twice.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    if (!form || event.submitter?.formMethod === "dialog") return;
    if (form.ariaBusy) event.preventDefault();
    form.ariaBusy = "true";
    event.submitter?.classList.add("btn-loading");
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-once]").forEach((form) => { form.ariaBusy = null; });
  });

  // <form data-waits-for="ID">: its answer is given when everything in there has been loaded, not before.
  document.querySelectorAll("form[data-waits-for]").forEach((form) => {
    const waits = () => document.querySelector(`#${form.dataset.waitsFor} .waiting`) !== null;
    const button = form.querySelector("[type=submit]");
    button.disabled = waits();
    for (const loaded of ["htmx:afterSettle", "htmx:responseError", "htmx:sendError"]) {
      document.addEventListener(loaded, () => { button.disabled = waits(); });
    }
  });

  // <input type="checkbox" data-ticks="NAME">: ticks or clears all boxes of that name.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset.ticks;
    if (!name) return;
    document.querySelectorAll(`input[type="checkbox"][name="${name}"]:not(:disabled)`).forEach((box) => { box.checked = event.target.checked; });
  });

  // <select data-submits>: choosing is enough.
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submits]")) event.target.form.requestSubmit();
  });
})();
