// Prints "N passed, N failed" from the results that Jest wrote with --json. A file of tests that could not even be
// loaded has no tests to count, and counts as one that failed; so does a run that ended without results.
import { existsSync, readFileSync } from 'node:fs';

const file = process.argv[2];
if (!file || !existsSync(file)) {
  console.log('0 passed, 1 failed');
} else {
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
  console.log(`${String(numPassedTests)} passed, ${String(numFailedTests + numRuntimeErrorTestSuites)} failed`);
}
