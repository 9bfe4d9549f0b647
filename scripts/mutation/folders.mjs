/**
 * What `npm run test:mutation` mutates: for each folder of `src` the files that it leaves out, and the tests that run, both
 * as regular expressions over paths from the root. The tests are those of the folder, without the ones that build
 * whole networks, and those beside it that were written for it.
 */
export const FOLDERS = {
  policy: { leaveOut: /^src\/policy\/presets\//, tests: /^tests\/policy\/[^/]+\.test/ },
  laws: { tests: /^tests\/(laws|init)\/[^/]+\.test|^tests\/policy\/(plan|checkLaw|diagnose)/ },
  init: { tests: /^tests\/init\/|^tests\/nn\/deferInit|^tests\/policy\/(plan|sources)/ },
  random: { tests: /^tests\/random\// },
  nn: { leaveOut: /^src\/nn\/(layers|functional)\//, tests: /^tests\/nn\/[^/]+\.test/ },
  finetune: { tests: /^tests\/finetune\// },
  identify: { tests: /^tests\/identify\// },
  checkpoint: { tests: /^tests\/checkpoint\/|^tests\/nn\/tree/ },
};

/** Suites that no folder needs: they test layers one by one, and take long. */
export const LEFT_OUT_TESTS = /^tests\/laws\/(layers|layerBadInput|functionBadInput|badInput|unknownOptions)\.test/;
