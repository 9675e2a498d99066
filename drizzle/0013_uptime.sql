CREATE TABLE "source_gaps" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "source_gaps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"source_id" integer NOT NULL,
	"began_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "target_pauses" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "target_pauses_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"target_id" integer NOT NULL,
	"began_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "source_gaps" ADD CONSTRAINT "source_gaps_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_pauses" ADD CONSTRAINT "target_pauses_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "source_gaps_source" ON "source_gaps" USING btree ("source_id","ended_at");--> statement-breakpoint
CREATE INDEX "target_pauses_target" ON "target_pauses" USING btree ("target_id");--> statement-breakpoint
CREATE INDEX "target_pauses_ended" ON "target_pauses" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "outages_ended" ON "outages" USING btree ("ended_at","began_at","target_id","planned");--> statement-breakpoint
CREATE FUNCTION "target_resumed"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  insert into target_pauses (target_id, began_at, ended_at)
  values (new.id, old.paused_at, greatest(now(), old.paused_at));
  return null;
end $$;--> statement-breakpoint
CREATE TRIGGER "target_resumed" AFTER UPDATE OF paused_at ON targets
  FOR EACH ROW WHEN (old.paused_at IS NOT NULL AND new.paused_at IS NULL) EXECUTE FUNCTION target_resumed();--> statement-breakpoint
CREATE FUNCTION "source_heard"() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  insert into source_gaps (source_id, began_at, ended_at) values (new.id, old.last_poll_at, new.last_poll_at);
  return null;
end $$;--> statement-breakpoint
CREATE TRIGGER "source_heard" AFTER UPDATE OF last_poll_at ON sources
  FOR EACH ROW WHEN (new.last_poll_at - old.last_poll_at > make_interval(secs => greatest(300, 3 * old.poll_seconds)))
  EXECUTE FUNCTION source_heard();
