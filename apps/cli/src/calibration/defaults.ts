/** How much is measured, as SmoothQuant does (mit-han-lab/smoothquant, `examples/generate_act_scales.py`). */
export const defaultSamples = 512;
export const defaultTokens = 512;
