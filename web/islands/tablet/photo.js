// A photo is made smaller on the device, always a JPEG, and digested before it is kept.
const MAX = 1600;
const QUALITY = 0.82;

const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");

export async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, MAX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((good) => canvas.toBlob(good, "image/jpeg", QUALITY));
  const bytes = await blob.arrayBuffer();
  return { bytes, sha256: hex(await crypto.subtle.digest("SHA-256", bytes)) };
}
