"""What tears words: a script that finds words and numbers over two lines, and marks that stand away from their word."""

from __future__ import annotations

WORDS_BROKEN = r"""() => {
  const range = document.createRange();
  const boxes = (text, from, to) => {
    range.setStart(text, from);
    range.setEnd(text, to);
    return [...range.getClientRects()].filter((box) => box.width > 0);
  };
  const over_lines = (found) => Math.max(...found.map((box) => box.top)) - Math.min(...found.map((box) => box.top)) > 4;
  const torn = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, around = text.parentElement;
    if (!text.data.trim() || around.closest('.visually-hidden, script, style, option') || !around.checkVisibility({visibilityProperty: true})) continue;
    for (const word of text.data.matchAll(/\d{3}-\d{4}|\p{L}{2,12}/gu)) {
      if (text.data.slice(0, word.index).match(/\p{L}$/u)) continue;  // the rest of a longer word
      if (text.data.slice(word.index + word[0].length).match(/^\p{L}/u)) continue;  // its beginning
      const found = boxes(text, word.index, word.index + word[0].length);
      if (found.length > 1 && over_lines(found)) torn.push(`${word[0]} of "${text.data.trim().slice(0, 60)}"`);
    }
  }
  for (const mark of document.querySelectorAll('mark')) {
    const next = mark.nextSibling;
    if (!next || next.nodeType !== Node.TEXT_NODE || !/^\p{L}/u.test(next.data) || !mark.checkVisibility()) continue;
    const [first] = boxes(next, 0, 1), end = mark.getBoundingClientRect();
    if (first && Math.abs(first.left - end.right) > 2) torn.push(`${mark.textContent} away from "${next.data.slice(0, 60)}"`);
  }
  return torn;
}"""
"""Returns each with the text around it; words of more than twelve letters, as strangers may have, are let break."""
