import type { Row } from './rows.js';
import type { Stage } from './stage.js';

export interface Benchmark {
  name: string;
  /** One line for `--help`. */
  about: string;
  run(stage: Stage): Promise<Row[]>;
}
