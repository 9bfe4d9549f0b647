import playwright from 'playwright-core';

/** Starts the Chromium that is installed here: `CHROMIUM`, or Debian's. */
export function launchChromium() {
  return playwright.chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}
