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

  // <select data-submits>, <input type=checkbox data-submits>: choosing is enough.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // <fieldset data-chooses="ID">: whoever sets something in it means that choice.
  document.addEventListener("change", (event) => {
    const fieldset = event.target.closest("[data-chooses]");
    if (fieldset) document.getElementById(fieldset.dataset.chooses).checked = true;
  });

  // <form data-brief>: what is left empty does not go into the address.
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form[data-brief]")) return;
    [...event.formData].forEach(([name, value]) => { if (value === "") event.formData.delete(name); });
  });

  // <form id=F data-wants-one="NAME"> acts on one ticked <input form=F name=NAME>: until then its [role=status] says what to do.
  // <label data-ticks="NAME">: ticks all of them; hidden where no script runs.
  const boxes = (name) => [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]:not(:disabled)`)];
  const count = () => {
    document.querySelectorAll("form[data-wants-one]").forEach((form) => {
      const hint = form.querySelector('[role="status"]');
      const ticked = boxes(form.dataset.wantsOne).filter((box) => box.checked).length;
      form.querySelector('[type="submit"]').ariaDisabled = String(ticked !== 1);
      const said = ticked === 0 ? hint.dataset.none : ticked === 1 ? "" : hint.dataset.several;
      if (hint.textContent !== said) hint.textContent = said;
    });
    document.querySelectorAll("label[data-ticks]").forEach((label) => {
      const [all, own] = [label.querySelector("input"), boxes(label.dataset.ticks)];
      label.hidden = false;
      all.checked = own.length > 0 && own.every((box) => box.checked);
      all.indeterminate = !all.checked && own.some((box) => box.checked);
    });
  };
  document.addEventListener("change", (event) => {
    const all = event.target.closest("label[data-ticks]");
    if (all) boxes(all.dataset.ticks).forEach((box) => { box.checked = event.target.checked; });
    count();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-wants-one]") && event.submitter?.ariaDisabled === "true") event.preventDefault();
  });
  // <button data-prints>: prints the page; hidden where no script runs.
  document.querySelectorAll("button[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // Rows that come anew keep their ticks.
  let ticks = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    ticks = [...event.detail.target.querySelectorAll('input[type="checkbox"][name="chat"]:checked')].map((box) => box.value);
  });
  document.addEventListener("htmx:afterSwap", () => {
    boxes("chat").forEach((box) => { box.checked ||= ticks.includes(box.value); });
    ticks = [];
    count();
  });
  window.addEventListener("pageshow", count);
})();
