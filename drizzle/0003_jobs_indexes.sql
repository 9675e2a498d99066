-- The natural order of names: accents and case aside, and numbers by their value (of their last 15 digits).
CREATE FUNCTION "natural_key"(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT left(regexp_replace(regexp_replace(
		lower(regexp_replace(normalize(name, NFD), '[\u0300-\u036f]', '', 'g')),
		'([0-9]+)', '000000000000000\1', 'g'), '[0-9]*([0-9]{15})(?![0-9])', '\1', 'g'), 250)
$$;
--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "name_key" text collate "C" GENERATED ALWAYS AS (natural_key(name)) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "targets_natural" ON "targets" USING btree ("kind","name_key","id");--> statement-breakpoint
CREATE INDEX "targets_status_natural" ON "targets" USING btree ("kind","status","name_key","id");
