"use strict";
(() => {
  const form = document.getElementById("filter");
  const cards = [...document.querySelectorAll("[data-severity]")];
  const figures = [...document.querySelectorAll("figure[data-abis]")];
  const shown = document.getElementById("shown");
  const concerns = (element, abi) => {
    const abis = element.dataset.abis;
    return !abi || !abis || abis.split(" ").includes(abi);
  };
  const apply = () => {
    const wanted = new FormData(form);
    const severities = wanted.getAll("severity");
    const [abi, rule] = [wanted.get("abi"), wanted.get("rule")];
    for (const card of cards) {
      card.hidden = !severities.includes(card.dataset.severity)
        || (rule && rule !== card.dataset.rule) || !concerns(card, abi);
    }
    for (const figure of figures) {
      figure.hidden = !concerns(figure, abi);
    }
    const left = cards.filter((card) => !card.hidden).length;
    shown.textContent = left === cards.length ? "" : `${left} of ${cards.length} shown`;
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    apply();
  }
  const folded = () => document.querySelectorAll("details:not([open])");
  window.addEventListener("beforeprint", () => {
    for (const each of folded()) {
      each.dataset.folded = "";
      each.open = true;
    }
  });
  window.addEventListener("afterprint", () => {
    for (const each of document.querySelectorAll("details[data-folded]")) {
      each.open = false;
      delete each.dataset.folded;
    }
  });
})();
