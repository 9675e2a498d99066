CREATE INDEX "message_recipients_incident" ON "message_recipients" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "message_recipients_contact" ON "message_recipients" USING btree ("contact_id");--> statement-breakpoint
CREATE INDEX "status_deliveries_incident" ON "status_deliveries" USING btree ("incident_id");