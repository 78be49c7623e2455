// A finger writes in a box of the tablet.
export async function sign(page, name) {
  const canvas = page.locator(`[data-sign=${name}] canvas`);
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + 30, box.y + 40);
  await page.mouse.down();
  for (let i = 0; i < 30; i++) await page.mouse.move(box.x + 30 + i * 5, box.y + 50 + 25 * Math.sin(i / 3));
  await page.mouse.up();
}
