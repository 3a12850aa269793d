/* The complaint form: chosen files with size and a way to take them out again, a word about the
   order number, no second sending while the first is under way; and the receipt, which looks by
   itself whether the complaint has its number. Without this file the form has five plain inputs. */
"use strict";

(() => {
  const form = document.querySelector("[data-complaint]");

  // ---- files ----------------------------------------------------------------------------------
  const humanSize = (bytes) => {
    const unit = bytes < 1024 * 1024 ? ["kilobyte", bytes / 1024] : ["megabyte", bytes / 1024 / 1024];
    const style = { style: "unit", unit: unit[0], maximumFractionDigits: 1 };
    return new Intl.NumberFormat(document.documentElement.lang, style).format(unit[1]);
  };

  const setUpFiles = (box) => {
    const plain = box.querySelector("[data-plain]");
    const list = box.querySelector("[data-list]");
    const upload = box.querySelector("[data-upload]");
    const picker = upload.querySelector("input");
    const fault = box.querySelector("[data-fault]");
    const row = box.querySelector("[data-row]");
    const most = Number(box.dataset.most);
    const largest = Number(box.dataset.largest);
    // One hidden input carries what was chosen in several goes.
    const carrier = plain.querySelector("input");
    let chosen = [];

    const say = (template, name) => {
      fault.hidden = !template;
      fault.querySelector("span").textContent = template ? template.replace("{name}", name) : "";
    };

    const show = () => {
      const transfer = new DataTransfer();
      chosen.forEach((file) => transfer.items.add(file));
      carrier.files = transfer.files;
      list.replaceChildren(...chosen.map((file) => {
        const item = row.content.cloneNode(true);
        item.querySelector("[data-name]").textContent = file.name;
        item.querySelector("[data-size]").textContent = humanSize(file.size);
        const remove = item.querySelector("button");
        remove.setAttribute("aria-label", box.dataset.sayRemove.replace("{name}", file.name));
        remove.addEventListener("click", () => {
          chosen = chosen.filter((other) => other !== file);
          say("");
          show();
          picker.focus();
        });
        return item;
      }));
      list.hidden = chosen.length === 0;
      upload.hidden = chosen.length >= most;
    };

    picker.addEventListener("change", () => {
      say("");
      for (const file of picker.files) {
        if (file.size > largest) say(box.dataset.sayLarge, file.name);
        else if (chosen.length >= most) say(box.dataset.sayMany, file.name);
        else chosen.push(file);
      }
      picker.value = "";
      show();
    });

    carrier.multiple = true;
    plain.querySelectorAll("input").forEach((input) => { if (input !== carrier) input.disabled = true; });
    plain.hidden = true;
    show();
  };

  // ---- order number ---------------------------------------------------------------------------
  const setUpOrder = (input) => {
    const pattern = new RegExp(`^${input.dataset.orderPattern}$`);
    const word = form.querySelector("[data-order-ok]");
    const look = () => { word.hidden = !pattern.test(input.value.trim()); };
    input.addEventListener("input", look);
    look();
  };

  if (form) {
    form.querySelectorAll("[data-files]").forEach(setUpFiles);
    form.querySelectorAll("[data-order-pattern]").forEach(setUpOrder);
    const faults = document.getElementById("form-faults");
    if (faults) faults.focus();
    let isSending = false;
    form.addEventListener("submit", (event) => {
      if (isSending) event.preventDefault();
      isSending = true;
      form.querySelector("[type=submit]").setAttribute("aria-busy", "true");
    });
    window.addEventListener("pageshow", () => {
      isSending = false;
      form.querySelector("[type=submit]").removeAttribute("aria-busy");
    });
  }

  // ---- receipt --------------------------------------------------------------------------------
  const lookAgain = (tries) => {
    const receipt = document.querySelector("#receipt[data-wait]");
    if (!receipt || tries === 0) return;
    setTimeout(async () => {
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("receipt");
        if (answer.ok && fresh) receipt.replaceWith(document.adoptNode(fresh));
      } catch {
        /* No connection: the link stays, and the next try may work. */
      }
      lookAgain(tries - 1);
    }, 2000);
  };
  lookAgain(15);
})();
