// Swagger UI has colours for the dark, but waits to be told.
const dark = matchMedia("(prefers-color-scheme: dark)");
const { theme } = document.documentElement.dataset;
const tell = () => document.documentElement.classList.toggle("dark-mode", theme ? theme === "dark" : dark.matches);
dark.addEventListener("change", tell);
tell();
