import { testTask } from '@linchpin/testing';
import { piqaV02 } from './piqa-v0-2.ts';

const row = { goal: 'To open a lock,', sol1: 'take a key.', sol2: 'take a candle.', label: 0 };

testTask(piqaV02, [row], [{ field: 'label', row: { ...row, label: 2 } }]);
