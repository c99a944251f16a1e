/** The first two sentences of Jane Austen's "Pride and Prejudice" (1813), in the public domain: what effects are measured on unless another text is given. */
export const effectText: string =
  'It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife. ' +
  'However little known the feelings or views of such a man may be on his first entering a neighbourhood, this truth is so ' +
  'well fixed in the minds of the surrounding families, that he is considered as the rightful property of some one or other ' +
  'of their daughters.';
