import { testTask } from '@linchpin/testing';
import { lambadaStandard } from './lambada-standard.ts';

testTask(lambadaStandard, [{ text: 'at last he saw the whale' }], [{ field: 'text', row: { text: 7 } }]);
