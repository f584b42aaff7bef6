-- What platforms know the person of this Hub by: they keep conversations under it. It goes along when a Hub is restored or
-- moved elsewhere, whereas `id` names this place's items in the keychain and stays.
ALTER TABLE hub ADD COLUMN person TEXT NOT NULL DEFAULT '';
UPDATE hub SET person = id;
