// Plain JavaScript for whatever Node the machine has. `steps` prints the steps of `npm run gate`, one a line; `line FILE
// EXIT STEPS` prints the closing line of .ci/run from vitest's JSON report, its exit code and the number of failed steps,
// and exits with 1 if anything failed.
import { readFileSync } from 'node:fs';

const [what, ...args] = process.argv.slice(2);
if (what === 'steps') {
  console.log(gateSteps().join('\n'));
} else {
  const { passed, failed, skipped } = count(readReport(args[0]), Number(args[1]), Number(args[2]));
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function gateSteps() {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return scripts.gate.split('&&').map((step) => step.trim());
}

/** What vitest wrote; null when it did not get that far, which is a failure of its own. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.log(`Cannot read what vitest reports: ${error.message}`);
    return null;
  }
}

function count(report, exitCode, failedSteps) {
  if (report === null) return { passed: 0, failed: 1 + failedSteps, skipped: 0 };
  // A file that cannot be loaded has no test to fail; an error outside of every test shows in the exit code alone.
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failedTests = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: Math.max(failedTests, exitCode === 0 ? 0 : 1) + failedSteps,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}
