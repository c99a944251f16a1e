export { PythonRandom } from './python-random.ts';
