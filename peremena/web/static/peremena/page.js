"use strict";
(() => {
  // <button data-folds="ID" aria-expanded>: shows and hides the menu on narrow screens.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-folds]");
    if (!button) return;
    const open = document.getElementById(button.dataset.folds).classList.toggle("show");
    button.setAttribute("aria-expanded", String(open));
  });

  // <form data-opens="ID">: htmx fills [data-content] of that dialog, which opens at once and waits with a spinner.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-opens]");
    if (form) document.getElementById(form.dataset.opens).showModal();
  });

  // What a closed dialog had said is old: the next opening begins with the spinner again.
  document.addEventListener("close", (event) => {
    const content = event.target.querySelector("[data-content]");
    if (!content) return;
    document.querySelectorAll(`form[data-opens="${event.target.id}"]`).forEach((form) => htmx.trigger(form, "htmx:abort"));
    show(content, "waiting");
  }, true);

  // Nobody stays before an endless spinner when the server does not answer.
  for (const trouble of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(trouble, (event) => {
      if (event.detail.target?.matches("[data-content]")) show(event.detail.target, "trouble");
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

  // <select data-submits>: choosing is enough.
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submits]")) event.target.form.requestSubmit();
  });

  function show(content, name) {
    const template = document.querySelector(`template[data-name="${name}"]`);
    content.replaceChildren(template.content.cloneNode(true));
  }
})();
