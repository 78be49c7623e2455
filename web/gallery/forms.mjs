// Forms: each kind of field once, and the two places where an error is said.
const blank = { hint: "", value: "", error: "", required: true, suffix: "", min: "", max: "", maxlength: "", inputmode: "", autocomplete: "", accept: "", lines: "", choices: [] };
const field = (kind, name, label, more = {}) => ["partials/field", { ...blank, [`is_${kind}`]: true, name, label, ...more }];

export const formParts = [
  {
    id: "forms",
    title: "Forms",
    show: [
      field("text", "g-name", "{{_ Name of the business}}", { hint: "{{_ As it stands on the licence}}", value: "{{_ Old Street Noodle House}}" }),
      field("int", "g-tables", "{{_ Number of tables}}", { suffix: "{{_ tables}}", required: false }),
      field("money", "g-fine", "{{_ Amount}}", { value: "5000.00" }),
      field("date", "g-day", "{{_ Day of the banquet}}", { value: "2026-04-18" }),
      field("select", "g-town", "{{_ Town}}", { choices: [{ value: "1", label: "{{_ Please choose}}", selected: false }, { value: "2", label: "{{_ East Lake}}", selected: false }] }),
      field("choice", "g-agree", "{{_ Do you accept the facts?}}", {
        choices: [
          { value: "yes", label: "{{_ Yes, it is right}}", choice_hint: "", selected: true },
          { value: "part", label: "{{_ Partly}}", choice_hint: "{{_ You can say what is wrong on the next page}}", selected: false },
          { value: "no", label: "{{_ No, it is wrong}}", choice_hint: "", selected: false },
        ],
      }),
      field("many", "g-risks", "{{_ What is cooked?}}", {
        required: false,
        choices: [
          { value: "cold", label: "{{_ Cold dishes}}", choice_hint: "", selected: true },
          { value: "raw", label: "{{_ Raw fish}}", choice_hint: "", selected: false },
        ],
      }),
      field("bool", "g-sms", "{{_ Send me messages by SMS}}", { hint: "{{_ Only about this matter}}" }),
      field("long", "g-words", "{{_ In your own words}}", { hint: "{{_ What happened, and what you did about it}}", lines: "4" }),
      field("file", "g-photo", "{{_ A photo of the corrected place}}", { hint: "{{_ Large photos are made smaller on your phone}}", accept: "image/*", required: false }),
      ["partials/signature", { name: "g-sign", value: "", error: "" }],
    ],
  },
  {
    id: "errors",
    title: "Errors",
    show: [
      ["partials/error_summary", { error: "{{_ Please check two things}}", errors: [{ field: "g-uscc", text: "{{_ The credit code has 18 characters}}" }, { field: "g-ok", text: "{{_ Choose one answer}}" }] }],
      field("text", "g-uscc", "{{_ Unified social credit code}}", { value: "9131011", error: "{{_ The credit code has 18 characters}}" }),
      field("choice", "g-ok", "{{_ Do you accept the facts?}}", {
        error: "{{_ Choose one answer}}",
        choices: [{ value: "yes", label: "{{_ Yes, it is right}}", choice_hint: "", selected: false }, { value: "no", label: "{{_ No, it is wrong}}", choice_hint: "", selected: false }],
      }),
    ],
  },
];
