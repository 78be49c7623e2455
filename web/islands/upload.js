// Photos are made smaller before they travel, and shown. Without this the file is sent as it is.
const QUALITY = 0.86;
const SMALL_BYTES = 900 * 1024;

async function shrink(file, max) {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || !window.createImageBitmap) return file;
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const scale = Math.min(1, max / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= SMALL_BYTES) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

function show(list, file) {
  const item = document.createElement("li");
  const size = document.createElement("span");
  const kib = Math.max(1, Math.round(file.size / 1024));
  size.textContent = `${file.name} · ${kib < 1024 ? `${kib} KB` : `${(kib / 1024).toFixed(1)} MB`}`;
  if (/^image\//.test(file.type)) {
    const image = new Image();
    image.alt = "";
    image.src = URL.createObjectURL(file);
    image.onload = () => URL.revokeObjectURL(image.src);
    item.append(image);
  }
  item.append(size);
  list.append(item);
}

export function mount(input) {
  const list = document.createElement("ul");
  list.className = "upload-list";
  input.after(list);
  input.addEventListener("change", async () => {
    const max = Number(input.dataset.max) || 2000;
    list.replaceChildren();
    input.setAttribute("aria-busy", "true");
    const files = await Promise.all([...input.files].map((file) => shrink(file, max)));
    input.removeAttribute("aria-busy");
    try {
      const bag = new DataTransfer();
      for (const file of files) bag.items.add(file);
      input.files = bag.files;
    } catch {
      /* an old browser keeps the big files */
    }
    for (const file of input.files) show(list, file);
  });
}
