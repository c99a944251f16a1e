import { testTask } from '@linchpin/testing';
import { lambadaV02 } from './lambada-v0-2.ts';

testTask(lambadaV02, [{ text: 'At last he saw the whale' }], [{ field: 'text', row: { text: null } }]);
