/* 增一 zengyi · works: a timeline wider than its page opens where today is. */
for (const box of document.querySelectorAll(".from-today")) {
  const line = box.querySelector(".today"), place = box.getBoundingClientRect();
  if (line) box.scrollLeft += line.getBoundingClientRect().left - place.left - place.width * 0.6;
}
