// The button says what the ticked bills come to; without this script it only says that they are paid.
for (const form of document.querySelectorAll(".pay-form")) {
	const button = form.querySelector(".pay-bar .button");
	const ticks = [...form.querySelectorAll(".tick")];

	const show = () => {
		// Counted in cents: sums of fractions are not exact.
		const cents = ticks
			.filter((tick) => tick.checked)
			.reduce((sum, tick) => sum + Math.round(Number(tick.dataset.amount) * 100), 0);
		const amount = (cents / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
		button.textContent = form.dataset.label.replace("{0}", amount);
		button.disabled = cents === 0;
	};

	form.addEventListener("change", show);
	// A page taken from the browser's memory keeps what was ticked.
	addEventListener("pageshow", show);
	show();
}
