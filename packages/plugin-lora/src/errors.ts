import { LinchpinError, nearestNames } from '@linchpin/errors';

export function noAdapter(file: string, found: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/no-adapter',
    subject: file,
    found,
    expected: 'adapter_config.json and adapter_model.safetensors, as PEFT writes them',
    action:
      'Give the folder of an adapter; one in adapter_model.bin is loaded by PEFT and saved again by save_pretrained.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A field of adapter_config.json whose value would change the numbers in a way that nothing here computes. */
export function fieldUnsupported(file: string, field: string, found: unknown, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/field-unsupported',
    subject: `${file}, ${field}`,
    found: JSON.stringify(found),
    expected,
    action: 'Merge the adapter with PEFT (merge_and_unload) and load the merged checkpoint.',
  });
}

export function badConfig(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/bad-config',
    subject: file,
    found,
    expected: 'the fields of a LoraConfig of PEFT',
    action: 'Correct the file, or have PEFT write it again.',
  });
}

export function tensorUnsupported(file: string, name: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/tensor-unsupported',
    subject: `${file}, tensor ${name}`,
    found,
    expected: 'lora_A.weight, lora_B.weight and, of DoRA, lora_magnitude_vector of weight matrices',
    action: 'Merge the adapter with PEFT (merge_and_unload) and load the merged checkpoint.',
  });
}

export function tensorsIncomplete(file: string, module: string, found: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/tensors-incomplete',
    subject: `${file}, module ${module}`,
    found,
    expected,
    action: 'Have the adapter written again; files of two adapters must not be mixed.',
  });
}

export function shapeDiffers(
  subject: string,
  { found, expected }: { readonly found: readonly number[]; readonly expected: readonly number[] },
): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/shape-differs',
    subject,
    found: `the shape [${found.join(', ')}]`,
    expected: `[${expected.join(', ')}]`,
    action: 'Apply the adapter to the model that it was trained from, with the config that it was saved with.',
  });
}

export function moduleUnknown(file: string, module: string, known: readonly string[]): LinchpinError {
  const near = nearestNames(module, known);
  return new LinchpinError({
    code: 'plugin-lora/module-unknown',
    subject: `${file}, module ${module}`,
    found: 'no such weight matrix in the model',
    expected: near.length > 0 ? `one of its modules (the nearest: ${near.join(', ')})` : 'names of its modules',
    action: 'Apply the adapter to the model that it was trained from.',
  });
}

export function targetUnknown(targets: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/target-unknown',
    subject: 'option targetModules',
    found: `${targets.map((each) => `"${each}"`).join(', ')}, which no weight matrix of the layers ends in`,
    expected: `ends of module names, whole between dots: ${known.join(', ')}`,
    action: 'Correct the names, or leave the option out.',
  });
}

/** A rank above both sides of a matrix: its products would be more numbers than the matrix has. */
export function rankTooLarge(rank: number, module: string, shape: readonly number[]): LinchpinError {
  return new LinchpinError({
    code: 'plugin-lora/rank-too-large',
    subject: 'option r',
    found: `${rank}, beside ${module} of the shape [${shape.join(', ')}]`,
    expected: `at most ${Math.max(...shape)}`,
    action: 'Give a smaller rank, or train the matrices whole (--method full).',
  });
}
