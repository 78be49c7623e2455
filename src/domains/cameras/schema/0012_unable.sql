-- The rules that a vision worker cannot judge because a model is not there: "phone_in_hand,animal"; '' when it can all.
ALTER TABLE vision_nodes ADD COLUMN unable text NOT NULL DEFAULT '';
